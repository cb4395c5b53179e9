import type {
  ConnectionEntity,
  KeyEntity,
  MandateEntity,
  ServerEntity,
  StopEntity,
} from '@mcp-orchestra/api/snapshot'
import { expect, test } from 'vitest'
import { abortRevoked, type RunningCall } from './revocation.ts'
import { sampleKey, sampleServer } from './snapshot/testing.ts'

const CALL: RunningCall = {
  keyId: 'key_01',
  organizationId: 'org_payer',
  serverId: 'srv_a',
  publisherId: 'org_publisher',
  path: { organizationId: 'org_payer', agentId: 'agt_01', keyId: 'key_01', mandateId: 'mdt_01' },
  isPaid: true,
}

/** A snapshot and one running call; `change` applies a change and tells which problem the call was ended with. */
function bench(call = CALL) {
  const keys = new Map<string, KeyEntity>([['key_01', sampleKey('secret')]])
  const servers = new Map<string, ServerEntity>()
  const connections = new Map<string, ConnectionEntity>()
  const stops = new Map<string, StopEntity>()
  const mandates = new Map<string, MandateEntity>()
  const suspended = new Set<string>()
  const stopped: string[] = []
  const listeners: ((change: { kind: string; id: string }) => void)[] = []
  let ended: string | undefined
  abortRevoked(
    {
      keyById: (id) => keys.get(id),
      serverById: (id) => servers.get(id),
      connectionById: (id) => connections.get(id),
      stopById: (id) => stops.get(id),
      mandateById: (id) => mandates.get(id),
      organizationActive: (id) => !suspended.has(id),
      onChange: (listener) => void listeners.push(listener),
    },
    {
      abortWhere: (matches, problem) => {
        if (matches(call)) ended = problem.code
      },
      stopServer: (id) => Promise.resolve(void stopped.push(id)),
    },
  )
  const change = (kind: string, id: string): string | undefined => {
    ended = undefined
    for (const listener of listeners) listener({ kind, id })
    return ended
  }
  return { connections, mandates, stops, keys, servers, suspended, stopped, change }
}

test('a revoked key ends its calls, another key ends nothing', () => {
  const { keys, change } = bench()
  expect(change('key', 'key_02')).toBeUndefined()
  keys.delete('key_01')
  expect(change('key', 'key_01')).toBe('authorize.key_invalid')
})

test('a key that keeps its grants keeps its calls; one whose grants shrank loses what they do not cover', () => {
  const { keys, change } = bench()
  expect(change('key', 'key_01')).toBeUndefined()
  keys.set('key_01', sampleKey('secret', { deny: [{ serverId: 'srv_a' }] }))
  expect(change('key', 'key_01')).toBe('authorize.tool_denied')
})

test('a server that is off or gone ends the calls to it, and a suspended payer or publisher too', () => {
  const { servers, suspended, change } = bench()
  servers.set('srv_a', sampleServer('a'))
  expect(change('server', 'srv_a')).toBeUndefined()
  servers.set('srv_a', sampleServer('a', { enabled: false }))
  expect(change('server', 'srv_a')).toBe('route.server_off')
  servers.delete('srv_a')
  expect(change('server', 'srv_a')).toBe('route.server_off')
  suspended.add('org_publisher')
  expect(change('organization', 'org_publisher')).toBe('authorize.organization_suspended')
  suspended.add('org_payer')
  expect(change('organization', 'org_payer')).toBe('authorize.organization_suspended')
})

test('processes of a server are stopped when it is reached otherwise or off, not when a limit changes', () => {
  const { servers, stopped, change } = bench()
  const server = sampleServer('a')
  servers.set('srv_a', server)
  change('server', 'srv_a')
  servers.set('srv_a', { ...server, limits: { ...server.limits, callTimeoutMs: 9 } })
  change('server', 'srv_a')
  expect(stopped).toEqual([])
  servers.set('srv_a', {
    ...server,
    transport: { kind: 'http', url: 'http://127.0.0.1:8/mcp', headers: {} },
  })
  change('server', 'srv_a')
  expect(stopped).toEqual(['srv_a'])
  servers.delete('srv_a')
  change('server', 'srv_a')
  expect(stopped).toEqual(['srv_a', 'srv_a'])
})

test('another account at a server ends what was opened with the one before; a renewed token ends nothing', () => {
  const { connections, keys, servers, change } = bench()
  servers.set('srv_a', sampleServer('a'))
  keys.set('key_01', sampleKey('secret', { memberId: 'mbr_ada' }))
  const id = 'srv_a:mbr_ada'
  const connected = { id, serverId: 'srv_a', holderId: 'mbr_ada', generation: 1, account: 1 }
  connections.set(id, connected)
  expect(change('connection', id)).toBe('upstream.authorization_required')
  connections.set(id, { ...connected, generation: 2 })
  expect(change('connection', id)).toBeUndefined()
  connections.set(id, { ...connected, generation: 3, account: 2 })
  expect(change('connection', id)).toBe('upstream.authorization_required')
  connections.delete(id)
  expect(change('connection', id)).toBe('upstream.authorization_required')
  const others = { ...connected, id: 'srv_a:mbr_bob', holderId: 'mbr_bob' }
  connections.set(others.id, others)
  expect(change('connection', others.id)).toBeUndefined()
})

test('the first token of a service ends no call: that call is what got it', () => {
  const { connections, servers, change } = bench()
  servers.set('srv_a', sampleServer('a', { credentials: 'service' }))
  const id = 'srv_a:org_publisher'
  const first = { id, serverId: 'srv_a', holderId: 'org_publisher', generation: 1, account: 1 }
  connections.set(id, first)
  expect(change('connection', id)).toBeUndefined()
  connections.delete(id)
  expect(change('connection', id)).toBe('upstream.authorization_required')
})

const stop = (kind: StopEntity['scope']['kind'], id: string, organizationId = 'org_payer') => ({
  id: 'stp_01',
  organizationId,
  scope: { kind, id },
  reason: 'a bug',
})

test.each([
  ['organization', 'org_payer'],
  ['agent', 'agt_01'],
  ['key', 'key_01'],
  ['mandate', 'mdt_01'],
  ['server', 'srv_a'],
] as const)('a stop of the %s ends a paid call of it, and its end ends nothing', (kind, id) => {
  const { stops, change } = bench()
  stops.set('stp_01', stop(kind, id))
  expect(change('stop', 'stp_01')).toBe('charge.spending_stopped')
  stops.delete('stp_01')
  expect(change('stop', 'stp_01')).toBeUndefined()
})

test.each([
  ['organization', 'org_other', 'org_other'],
  ['project', 'prj_01', 'org_payer'],
  ['agent', 'agt_02', 'org_payer'],
  ['server', 'srv_b', 'org_payer'],
  ['server', 'srv_a', 'org_other'],
] as const)('a stop of another %s ends nothing', (kind, id, organizationId) => {
  const { stops, change } = bench()
  stops.set('stp_01', stop(kind, id, organizationId))
  expect(change('stop', 'stp_01')).toBeUndefined()
})

test('a stop ends nothing that is free', () => {
  const { stops, change } = bench({ ...CALL, isPaid: false })
  stops.set('stp_01', stop('organization', 'org_payer'))
  expect(change('stop', 'stp_01')).toBeUndefined()
})

test('a mandate that is given ends nothing; one that is revoked, or gone, ends what is bought under it', () => {
  const { mandates, change } = bench()
  const mandate = {
    id: 'mdt_01',
    organizationId: 'org_payer',
    principal: { kind: 'key' as const, id: 'key_01' },
    allow: [{ serverId: '*' }],
    expiresAtMs: 1,
    revoked: false,
  }
  mandates.set('mdt_01', mandate)
  expect(change('mandate', 'mdt_01')).toBeUndefined()
  mandates.set('mdt_01', { ...mandate, revoked: true })
  expect(change('mandate', 'mdt_01')).toBe('charge.mandate_revoked')
  expect(change('mandate', 'mdt_02')).toBeUndefined()
  mandates.delete('mdt_01')
  expect(change('mandate', 'mdt_01')).toBe('charge.mandate_revoked')
})
