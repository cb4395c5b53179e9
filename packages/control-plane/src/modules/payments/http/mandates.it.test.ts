import { afterAll, beforeAll, expect, test } from 'vitest'
import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let payer: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Mandating')
})
afterAll(() => plane.stop())

const usd = (units: string) => ({ units, asset: 'USD' })
const idOf = (made: JsonObject, name: string) => String((made[name] as JsonObject)['id'])

async function agent(key = payer.key): Promise<{ kind: string; id: string }> {
  const body = { kind: 'agent', name: 'a' }
  const made = await plane.json(201, 'POST', '/v1/key-groups', { key, body })
  return { kind: 'agent', id: String(made['id']) }
}

async function apiKey(permissions: string[]): Promise<{ kind: string; id: string }> {
  const body = { name: 'k', permissions }
  const made = await plane.json(201, 'POST', '/v1/keys', { key: payer.key, body })
  return { kind: 'key', id: idOf(made, 'key') }
}

function give(wish: JsonObject, status = 201): Promise<JsonObject> {
  const body = { name: 'groceries', limit: usd('5'), expiresInSeconds: 3_600, ...wish }
  return plane.json(status, 'POST', '/v1/mandates', { key: payer.key, body })
}

const get = (path: string, status = 200) => plane.json(status, 'GET', path, { key: payer.key })
const revoke = (id: string, status = 200, key = payer.key) =>
  plane.json(status, 'POST', `/v1/mandates/${id}/revoke`, { key })

test('a mandate is given, and gateways know it and the caps that bound it', async () => {
  const principal = await agent()
  const allow = [{ serverId: '*', tools: ['buy'] }]
  const made = await give({ principal, allow, perCall: usd('1') })
  const id = idOf(made, 'mandate')
  expect(made).toMatchObject({
    pendingGateways: [],
    mandate: {
      principal,
      allow,
      limit: { display: '5 USD' },
      perCall: { display: '1 USD' },
      used: { display: '0 USD' },
      status: 'active',
      revokedAt: null,
    },
  })
  expect(await plane.snapshotEntity('mandate', id)).toMatchObject({
    principal,
    allow,
    revoked: false,
  })
  const { items } = await get('/v1/caps')
  const caps = (items as JsonObject[]).filter(({ scope }) => (scope as JsonObject)['id'] === id)
  expect(caps).toMatchObject([
    { window: 'call', amount: { display: '1 USD' } },
    { window: 'total', amount: { display: '5 USD' } },
  ])
  expect(await get(`/v1/mandates/${id}`)).toEqual(made['mandate'])
  expect(await get(`/v1/mandates?principalId=${principal.id}`)).toMatchObject({ items: [{ id }] })
  expect(await get('/v1/mandates?principalId=nobody')).toMatchObject({ items: [] })
})

test('the caps of a mandate are not changed apart from it', async () => {
  await give({ principal: await agent() })
  const { items } = await get('/v1/caps?limit=1')
  const [cap] = items as { id: string }[]
  const path = `/v1/caps/${cap?.id}`
  for (const answer of [
    await plane.json(409, 'DELETE', path, { key: payer.key }),
    await plane.json(409, 'PATCH', path, { key: payer.key, body: { amount: usd('9') } }),
  ]) {
    expect(answer).toMatchObject({ code: 'payments.cap_of_mandate' })
  }
})

test('a revoked one stays with the gateways, so that its principal stays bound, until another one takes its place', async () => {
  const principal = await agent()
  const id = idOf(await give({ principal }), 'mandate')
  expect(await revoke(id)).toMatchObject({ mandate: { status: 'revoked' }, pendingGateways: [] })
  expect(await plane.snapshotEntity('mandate', id)).toMatchObject({ revoked: true })
  expect(await revoke(id, 409)).toMatchObject({ code: 'payments.mandate_revoked' })
  const next = idOf(await give({ principal }), 'mandate')
  expect(await plane.snapshotEntity('mandate', id)).toBeUndefined()
  expect(await plane.snapshotEntity('mandate', next)).toMatchObject({ revoked: false })
  expect(await get(`/v1/mandates/${id}`)).toMatchObject({ status: 'revoked' })
})

test('a key has one when it makes no keys: else it could make one that is not bound', async () => {
  const unfit = await apiKey(['tools:call', 'keys:write'])
  expect(await give({ principal: unfit }, 422)).toMatchObject({
    code: 'payments.mandate_principal_unfit',
  })
  const principal = await apiKey(['tools:call'])
  expect(await give({ principal })).toMatchObject({ mandate: { principal } })
})

test('a key or an agent has sixteen in force at the most', async () => {
  const principal = await agent()
  for (let count = 0; count < 16; count += 1) await give({ principal })
  expect(await give({ principal }, 409)).toMatchObject({ code: 'payments.mandate_limit_reached' })
})

test('another organization’s is not there, nor are its agents', async () => {
  const other = await plane.foundOrganization('No mandate of mine')
  expect(await give({ principal: await agent(other.key) }, 422)).toMatchObject({
    code: 'payments.cap_scope_unknown',
  })
  const id = idOf(await give({ principal: await agent() }), 'mandate')
  await revoke(id, 404, other.key)
  await plane.json(404, 'GET', `/v1/mandates/${id}`, { key: other.key })
  await get('/v1/mandates/of-nobody', 404)
})

test('spending under it can be stopped, and it goes on when it is resumed', async () => {
  const id = idOf(await give({ principal: await agent() }), 'mandate')
  const body = { scope: { kind: 'mandate', id }, reason: 'r' }
  const stopped = await plane.json(201, 'POST', '/v1/stops', { key: payer.key, body })
  expect(await plane.snapshotEntity('stop', idOf(stopped, 'stop'))).toMatchObject({
    scope: { kind: 'mandate', id },
  })
})

test('a malformed one is refused', async () => {
  const principal = await agent()
  await give({ principal, allow: [] }, 400)
  await give({ principal, expiresInSeconds: 1 }, 400)
  await give({ principal: { kind: 'project', id: principal.id } }, 400)
})

test('whoever writes to the database, what was given never changes', async () => {
  await give({ principal: await agent() })
  for (const text of [
    'update payments.mandates set spend_limit = spend_limit + 1',
    "update payments.mandates set allow = '[]'",
    'update payments.mandates set revoked_at = null where revoked_at is not null',
  ]) {
    const thrown: unknown = await plane.database.query({ text }).catch((error: unknown) => error)
    expect(sqlErrorOf(thrown)?.constraint).toBe('mandate_never_changes')
  }
})
