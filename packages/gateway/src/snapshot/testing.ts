import { hash } from 'node:crypto'
import type {
  KeyEntity,
  PriceEntity,
  ServerEntity,
  SnapshotBody,
} from '@mcp-orchestra/api/snapshot'

/** A key of tests; `text` is the secret whose digest it has. */
export function sampleKey(text: string, changes: Partial<KeyEntity> = {}): KeyEntity {
  return {
    id: 'key_01',
    digest: hash('sha256', text, 'hex'),
    organizationId: 'org_payer',
    memberId: null,
    permissions: ['tools:call'],
    allow: [{ serverId: '*' }],
    deny: [],
    expiresAtMs: null,
    ratePerMinute: 600,
    strict: false,
    ...changes,
  }
}

/** A server of tests, reached over HTTP at an address where nobody listens. */
export function sampleServer(alias: string, changes: Partial<ServerEntity> = {}): ServerEntity {
  return {
    id: `srv_${alias}`,
    alias,
    name: alias,
    organizationId: 'org_publisher',
    enabled: true,
    visibility: 'everyone',
    era: 'legacy',
    transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp', headers: {} },
    limits: { callTimeoutMs: 5_000, resultBytesMax: 1_048_576, concurrentCallsMax: 16 },
    announcePrices: true,
    chargeToolErrors: false,
    reach: 'anywhere',
    ...changes,
  }
}

/** A price of tests. */
export function samplePrice(changes: Partial<PriceEntity> = {}): PriceEntity {
  return {
    id: 'prc_1',
    serverId: 'srv_a',
    tool: 'echo',
    version: 1,
    amount: '1000',
    asset: 'USD',
    feeBps: 250,
    startsAtMs: 0,
    ...changes,
  }
}

/** Settings of tests. */
export function sampleSettings(maxStaleMs = 60_000): SnapshotBody<'settings'> {
  return { id: 'settings', maxStaleMs, sealingKey: 'c2VhbA==', intentAbove: '0' }
}
