import { formatApiKey } from '@mcp-orchestra/api/api-key'
import type { KeyEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSnapshotState } from '../snapshot/state.ts'
import { sampleKey, sampleServer, sampleSettings } from '../snapshot/testing.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import type { CallerIdentity } from './caller.ts'
import { createAuthorizer } from './create-authorizer.ts'
import { compileGrants } from './grants.ts'

const SECRET = formatApiKey('live', new Uint8Array(32).fill(7))
const OTHER = formatApiKey('live', new Uint8Array(32).fill(8))

/** A gateway's memory in the hand of a test. */
function bench(keys: readonly KeyEntity[] = [sampleKey(SECRET)]) {
  const hand = {
    nowMs: 1_000_000,
    staleMs: 0,
    refreshes: 0,
    current: true,
    arriving: [] as KeyEntity[],
  }
  const clock: Clock = { now: () => instant(hand.nowMs), monotonicMs: () => hand.nowMs }
  const state = createSnapshotState(() => undefined)
  const listeners: ((change: { kind: string; id: string }) => void)[] = []
  let version = 0
  const put = (
    kind: 'key' | 'server' | 'organization' | 'settings',
    id: string,
    body: object | null,
  ): void => {
    version += 1
    const changes = [{ kind, id, body: body === null ? null : { ...body } }]
    state.apply({ type: 'delta', after: version - 1, version, changes }, false)
    for (const listener of listeners) listener({ kind, id })
  }
  put('settings', 'settings', sampleSettings())
  for (const id of ['org_payer', 'org_publisher'])
    put('organization', id, { id, name: id, status: 'active' })
  for (const key of keys) put('key', key.id, key)
  const snapshot: SnapshotReplica = {
    version: 0,
    epoch: 0,
    settings: () => state.indexes().settings(),
    serverByAlias: () => undefined,
    serverById: () => undefined,
    servers: () => [],
    keyByDigest: (digest) => state.indexes().keysByDigest.get(digest),
    keyById: (id) => state.indexes().keys.get(id),
    organizationActive: (id) => state.indexes().organizations.get(id)?.status === 'active',
    priceOf: () => undefined,
    priceAt: () => undefined,
    capsOf: () => [],
    stopOf: () => undefined,
    stopById: () => undefined,
    mandatesOf: () => [],
    mandateById: () => undefined,
    connectionOf: () => undefined,
    connectionById: () => undefined,
    gateways: () => [],
    staleMs: () => hand.staleMs,
    refresh: () => {
      hand.refreshes += 1
      for (const key of hand.arriving) put('key', key.id, key)
      return Promise.resolve(hand.current)
    },
    onChange: (listener) => void listeners.push(listener),
  }
  const authorizer = createAuthorizer({ snapshot, clock })
  const codeOf = async (header: string | undefined): Promise<string> => {
    const verification = await authorizer.verify(header)
    return verification.kind === 'caller' ? 'caller' : verification.problem.code
  }
  return { hand, put, authorizer, codeOf }
}

const bearer = (key: string): string => `Bearer ${key}`

test('a known key is its caller, and the scheme may be written in any case', async () => {
  const { codeOf, authorizer } = bench()
  expect(await codeOf(bearer(SECRET))).toBe('caller')
  expect(await codeOf(`bEARER ${SECRET}`)).toBe('caller')
  const verification = await authorizer.verify(bearer(SECRET))
  expect(verification.kind === 'caller' && verification.caller.organizationId).toBe('org_payer')
})

test('no header, another scheme and a mistyped key are refused without asking anybody', async () => {
  const { codeOf, hand } = bench()
  expect(await codeOf(undefined)).toBe('authorize.key_missing')
  expect(await codeOf(`Basic ${SECRET}`)).toBe('authorize.key_invalid')
  expect(await codeOf(bearer(`${SECRET.slice(0, -1)}${SECRET.endsWith('0') ? '1' : '0'}`))).toBe(
    'authorize.key_invalid',
  )
  expect(hand.refreshes).toBe(0)
})

test('any text that is not the key is refused', async () => {
  const { codeOf } = bench()
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      expect(await codeOf(text)).not.toBe('caller')
      expect(await codeOf(bearer(text))).not.toBe('caller')
    }),
  )
})

test('a well-formed unknown key costs one ask, and is not asked about again until a key changes', async () => {
  const { codeOf, hand, put } = bench()
  expect(await codeOf(bearer(OTHER))).toBe('authorize.key_invalid')
  expect(await codeOf(bearer(OTHER))).toBe('authorize.key_invalid')
  expect(hand.refreshes).toBe(1)
  put('key', 'key_02', sampleKey(OTHER, { id: 'key_02' }))
  expect(await codeOf(bearer(OTHER))).toBe('caller')
})

test('a key that the control plane has just issued is found by the ask', async () => {
  const { codeOf, hand } = bench()
  hand.arriving = [sampleKey(OTHER, { id: 'key_02' })]
  expect(await codeOf(bearer(OTHER))).toBe('caller')
})

test('an ask that got no answer proves nothing: the key is asked about again', async () => {
  const { codeOf, hand } = bench()
  hand.current = false
  await codeOf(bearer(OTHER))
  await codeOf(bearer(OTHER))
  expect(hand.refreshes).toBe(2)
})

test('a key that may be newer than the copy is told to come again, not that it is invalid, while the control plane is not heard', async () => {
  const { codeOf, hand } = bench()
  hand.current = false
  hand.staleMs = 1
  expect(await codeOf(bearer(OTHER))).toBe('authorize.stale')
  hand.arriving = [sampleKey(OTHER, { id: 'key_02' })]
  hand.current = true
  expect(await codeOf(bearer(OTHER))).toBe('caller')
})

test('a revoked key is refused from the change on', async () => {
  const { codeOf, put } = bench()
  put('key', 'key_01', null)
  expect(await codeOf(bearer(SECRET))).toBe('authorize.key_invalid')
})

test('an expired key, a suspended organization and a key without tools:call are refused by name', async () => {
  const expired = bench([sampleKey(SECRET, { expiresAtMs: 1_000_000 })])
  expect(await expired.codeOf(bearer(SECRET))).toBe('authorize.key_expired')
  const suspended = bench()
  suspended.put('organization', 'org_payer', { id: 'org_payer', name: 'p', status: 'suspended' })
  expect(await suspended.codeOf(bearer(SECRET))).toBe('authorize.organization_suspended')
  const reader = bench([sampleKey(SECRET, { permissions: ['servers:read'] })])
  expect(await reader.codeOf(bearer(SECRET))).toBe('authorize.permission_missing')
})

test('a stale snapshot serves nobody past max_stale, and a strict key nobody past a second', async () => {
  const { codeOf, hand } = bench()
  hand.staleMs = 60_000
  expect(await codeOf(bearer(SECRET))).toBe('caller')
  hand.staleMs = 60_001
  expect(await codeOf(bearer(SECRET))).toBe('authorize.stale')
  expect(await codeOf(bearer(OTHER))).toBe('authorize.stale')
  const strict = bench([sampleKey(SECRET, { strict: true })])
  strict.hand.staleMs = 1_001
  expect(await strict.codeOf(bearer(SECRET))).toBe('authorize.stale')
})

test('a key may use a minute at once, then one call each interval, and is told how long to wait', async () => {
  const { authorizer, codeOf, hand } = bench([sampleKey(SECRET, { ratePerMinute: 3 })])
  for (let call = 0; call < 3; call += 1) expect(await codeOf(bearer(SECRET))).toBe('caller')
  const limited = await authorizer.verify(bearer(SECRET))
  expect(
    limited.kind === 'refused' && [limited.problem.code, limited.problem.retryAfterSeconds],
  ).toEqual(['authorize.rate_limited', 20])
  hand.nowMs += 20_000
  expect(await codeOf(bearer(SECRET))).toBe('caller')
  expect(await codeOf(bearer(SECRET))).toBe('authorize.rate_limited')
})

test('over any run of calls a key never gets more than one minute ahead of its rate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.nat(5_000), { maxLength: 200 }),
      async (rate, gaps) => {
        const { codeOf, hand } = bench([sampleKey(SECRET, { ratePerMinute: rate })])
        const startedAt = hand.nowMs
        let admitted = 0
        for (const gap of gaps) {
          hand.nowMs += gap
          if ((await codeOf(bearer(SECRET))) === 'caller') admitted += 1
          expect(admitted).toBeLessThanOrEqual(
            rate + ((hand.nowMs - startedAt) / 60_000) * rate + 1e-6,
          )
        }
      },
    ),
    { numRuns: 30 },
  )
})

async function caller(key: KeyEntity, servers: readonly ServerEntity[] = []) {
  const made = bench([key])
  for (const server of servers) made.put('server', server.id, server)
  const verification = await made.authorizer.verify(bearer(SECRET))
  if (verification.kind !== 'caller') throw new Error(verification.problem.code)
  return { ...made, caller: verification.caller satisfies CallerIdentity }
}

test('a server of another organization is seen only when it is for everyone, and unseen means unknown', async () => {
  const own = sampleServer('own', { organizationId: 'org_payer', visibility: 'organization' })
  const foreign = sampleServer('foreign', { visibility: 'organization' })
  const shared = sampleServer('shared')
  const { authorizer, caller: who, put } = await caller(sampleKey(SECRET))
  expect(authorizer.mayUse(who, own)).toBeUndefined()
  expect(authorizer.mayUse(who, shared)).toBeUndefined()
  expect(authorizer.mayUse(who, foreign)?.code).toBe('authorize.server_unknown')
  put('organization', 'org_publisher', { id: 'org_publisher', name: 'p', status: 'suspended' })
  expect(authorizer.mayUse(who, shared)?.code).toBe('authorize.server_unknown')
})

test('a key whose grant names tools gets these tools and nothing else of the server', async () => {
  const server = sampleServer('a')
  const { authorizer, caller: who } = await caller(
    sampleKey(SECRET, { allow: [{ serverId: server.id, tools: ['echo'] }] }),
  )
  expect(authorizer.mayUse(who, server)).toBeUndefined()
  expect(authorizer.mayCall(who, server, 'echo')).toBeUndefined()
  expect(authorizer.mayCall(who, server, 'add')?.code).toBe('authorize.tool_denied')
  expect(authorizer.mayUseWhole(who, server)?.code).toBe('authorize.tool_denied')
})

const servers = fc.constantFrom('*', 's1', 's2')
const tools = fc.constantFrom('t1', 't2')
const rule = fc.oneof(
  fc.record({ serverId: servers }),
  fc.record({ serverId: servers, tools: fc.uniqueArray(tools, { maxLength: 2 }) }),
)

test('deny wins over allow, whatever the rules and their order', () => {
  fc.assert(
    fc.property(
      fc.array(rule),
      fc.array(rule),
      servers.filter((id) => id !== '*'),
      tools,
      (allow, deny, server, tool) => {
        const grants = compileGrants({ allow, deny })
        const matches = (candidate: { serverId: string; tools?: string[] }): boolean =>
          (candidate.serverId === '*' || candidate.serverId === server) &&
          (candidate.tools === undefined || candidate.tools.includes(tool))
        expect(grants.coversTool(server, tool)).toBe(allow.some(matches) && !deny.some(matches))
        expect(grants.coversServer(server) || !grants.coversTool(server, tool)).toBe(true)
        const denied = deny.some(
          ({ serverId, ...rest }) =>
            (serverId === '*' || serverId === server) && !('tools' in rest),
        )
        expect(denied && grants.coversServer(server)).toBe(false)
      },
    ),
  )
})
