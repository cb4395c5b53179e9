import { createHash, randomBytes } from 'node:crypto'
import { formatApiKey } from '@mcp-orchestra/api/api-key'
import {
  ServerLimits,
  SNAPSHOT_ENTITIES,
  type SnapshotChange,
  type SnapshotKind,
} from '@mcp-orchestra/api/snapshot'
import { createIds, systemClock, USD } from '@mcp-orchestra/kernel'
import type { StagedServer } from './staged-server.ts'
import type { StagedAccount } from './stand-in-credentials.ts'

/** A snapshot with one paying organization, one publisher, the given servers, and a key for all of them. */
export type StagedSnapshot = {
  readonly changes: readonly SnapshotChange[]
  readonly apiKey: string
  /** A key for one server alone. */
  keyOf(alias: string): string
  readonly accounts: readonly StagedAccount[]
}

/** Writes the snapshot that a control plane with these servers, and gateways by name with their internal URL, would send. */
export function stageSnapshot(
  servers: Readonly<Record<string, StagedServer>>,
  gateways: Readonly<Record<string, string>>,
): StagedSnapshot {
  const ids = createIds(systemClock)
  const [payerId, publisherId] = [ids.make('org'), ids.make('org')]
  const changes: SnapshotChange[] = []
  const accounts: StagedAccount[] = []
  function put(kind: SnapshotKind, id: string, body: Record<string, unknown>): void {
    changes.push({ kind, id, body: SNAPSHOT_ENTITIES[kind].parse({ id, ...body }) })
  }
  put('settings', 'settings', {
    maxStaleMs: 60_000,
    sealingKey: randomBytes(32).toString('base64'),
    intentAbove: '1000000000000000000',
  })
  put('organization', payerId, { name: 'Payer', status: 'active' })
  put('organization', publisherId, { name: 'Publisher', status: 'active' })
  for (const [name, internalUrl] of Object.entries(gateways)) put('gateway', name, { internalUrl })
  const keyFor = (serverId: string): string => {
    const secret = formatApiKey('test', randomBytes(32))
    put('key', ids.make('key'), {
      digest: createHash('sha256').update(secret).digest('hex'),
      organizationId: payerId,
      memberId: null,
      permissions: ['tools:call'],
      allow: [{ serverId }],
      deny: [],
      expiresAtMs: null,
      ratePerMinute: 1_000_000,
      strict: false,
    })
    return secret
  }
  const apiKey = keyFor('*')
  const keys = new Map<string, string>()
  for (const [alias, server] of Object.entries(servers)) {
    const serverId = ids.make('srv')
    keys.set(alias, keyFor(serverId))
    put('server', serverId, {
      alias,
      name: alias,
      organizationId: publisherId,
      enabled: true,
      visibility: 'everyone',
      era: server.era,
      transport: server.transport,
      limits: ServerLimits.parse(server.limits ?? {}),
      announcePrices: true,
      chargeToolErrors: false,
      reach: 'anywhere',
      // A service's account is got by the call that needs it: here nobody goes to authorize first.
      ...(server.account === undefined ? {} : { credentials: 'service' }),
    })
    if (server.account !== undefined && server.transport.kind === 'http') {
      const { url: serverUrl } = server.transport
      accounts.push({ serverId, holderId: publisherId, serverUrl, way: server.account })
    }
    for (const [tool, amount] of Object.entries(server.prices ?? {})) {
      const price = {
        serverId,
        tool,
        version: 1,
        amount,
        asset: USD.id,
        feeBps: 250,
        startsAtMs: 0,
      }
      put('price', ids.make('prc'), price)
    }
  }
  const keyOf = (alias: string): string => {
    const key = keys.get(alias)
    if (key === undefined) throw new Error(`no server ${alias}`)
    return key
  }
  return { changes, apiKey, keyOf, accounts }
}
