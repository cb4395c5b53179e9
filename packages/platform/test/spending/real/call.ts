import type { Id } from '@mcp-orchestra/kernel'
import type { CallIntent } from '../../../../gateway/src/charge/charge.ts'
import type { LedgerStage } from './ledger-stage.ts'

/** What a story says of a call of the paid tool. */
export type StoryCall = {
  /** Makes it a keyed purchase. */
  readonly key: string | undefined
  /** Whether the payer's agent makes it. */
  readonly byAgent?: boolean | undefined
  /** The session that it names. */
  readonly session?: string | undefined
}

/** A call of the paid tool. */
export function callOf(
  callId: Id<'evt'>,
  stage: LedgerStage,
  { key, byAgent, session }: StoryCall,
): CallIntent {
  return {
    callId,
    caller: {
      keyId: stage.key,
      organizationId: stage.payer,
      memberId: null,
      key: {
        id: stage.key,
        digest: '0'.repeat(64),
        organizationId: stage.payer,
        memberId: null,
        ...(byAgent === true ? { agentId: stage.agent } : {}),
        permissions: ['tools:call'],
        allow: [{ serverId: '*' }],
        deny: [],
        expiresAtMs: null,
        ratePerMinute: 1_000,
        strict: false,
      },
    },
    server: {
      id: stage.server,
      alias: 'server',
      name: 'Server',
      organizationId: stage.publisher,
      enabled: true,
      visibility: 'everyone',
      era: 'legacy',
      transport: { kind: 'http', url: 'http://127.0.0.1:1/mcp', headers: {} },
      limits: { callTimeoutMs: 1_000, resultBytesMax: 1_024, concurrentCallsMax: 1 },
      announcePrices: true,
      chargeToolErrors: false,
      reach: 'anywhere',
    },
    method: 'tools/call',
    target: 'paid',
    idempotencyKey: key,
    session,
    requestDigest: 'a'.repeat(64),
    attempt: 1,
    maxCharge: undefined,
    expectedPriceVersion: undefined,
    safeToRepeat: true,
    requestBytes: 100,
  }
}
