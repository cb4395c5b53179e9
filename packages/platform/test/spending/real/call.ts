import type { Id } from '@mcp-orchestra/kernel'
import type { CallIntent } from '../../../../gateway/src/charge/charge.ts'
import type { LedgerStage } from './ledger-stage.ts'

/** A call of the paid tool; `key` makes it a keyed purchase. */
export function callOf(callId: Id<'evt'>, stage: LedgerStage, key: string | undefined): CallIntent {
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
    requestDigest: 'a'.repeat(64),
    attempt: 1,
    maxCharge: undefined,
    expectedPriceVersion: undefined,
    safeToRepeat: true,
    requestBytes: 100,
  }
}
