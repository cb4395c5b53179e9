import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let payer: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Budgets')
})
afterAll(() => plane.stop())

const usd = (units: string) => ({ units, asset: 'USD' })

function cap(wish: JsonObject, status = 201): Promise<JsonObject> {
  const body = { window: 'day', amount: usd('1'), ...wish }
  return plane.json(status, 'POST', '/v1/caps', { key: payer.key, body })
}

async function group(kind: 'project' | 'agent', key = payer.key): Promise<string> {
  const body = { kind, name: 'n' }
  return String((await plane.json(201, 'POST', '/v1/key-groups', { key, body }))['id'])
}

const capOf = (made: JsonObject) => made['cap'] as { id: string; scope: JsonObject }

describe('a cap', () => {
  test.each(['project', 'agent'] as const)('binds one %s of the organization', async (kind) => {
    const scope = { kind, id: await group(kind) }
    const made = capOf(await cap({ scope }))
    expect(made.scope).toEqual(scope)
    expect(await plane.snapshotEntity('cap', made.id)).toMatchObject({ scope, window: 'day' })
    const other = await plane.foundOrganization('Stranger')
    const foreign = { kind, id: await group(kind, other.key) }
    expect(await cap({ scope: foreign }, 422)).toMatchObject({ code: 'payments.cap_scope_unknown' })
    const wrongKind = { kind: kind === 'agent' ? 'project' : 'agent', id: scope.id }
    expect(await cap({ scope: wrongKind }, 422)).toMatchObject({
      code: 'payments.cap_scope_unknown',
    })
  })

  test('binds each session of the organization, or of one of its agents, in all', async () => {
    const whole = capOf(await cap({ scope: { kind: 'session' }, window: 'total' }))
    expect(whole.scope).toEqual({ kind: 'session', id: payer.id })
    const agent = await group('agent')
    const scope = { kind: 'session', id: agent }
    const made = capOf(await cap({ scope, window: 'total' }))
    expect(await plane.snapshotEntity('cap', made.id)).toMatchObject({ scope, window: 'total' })
    expect(await cap({ scope, window: 'day' }, 422)).toMatchObject({
      code: 'payments.cap_window_unfit',
    })
    expect(await cap({ scope, window: 'total' }, 409)).toMatchObject({
      code: 'payments.cap_limit_reached',
    })
    const { items } = await plane.json(200, 'GET', '/v1/caps', { key: payer.key })
    expect(items).toContainEqual(expect.objectContaining({ id: made.id, scope }))
  })

  test('per call is a ceiling that gateways hold calls to', async () => {
    const made = capOf(await cap({ window: 'call' }))
    expect(await plane.snapshotEntity('cap', made.id)).toMatchObject({
      window: 'call',
      amount: '1000000000000000000',
    })
    const path = `/v1/caps/${made.id}`
    const body = { amount: usd('2') }
    expect(await plane.json(200, 'PATCH', path, { key: payer.key, body })).toMatchObject({
      cap: { window: 'call', amount: { display: '2 USD' }, used: { display: '0 USD' } },
    })
  })

  test('of a key binds the keys that succeed it', async () => {
    const wish = { name: 'k', permissions: ['tools:call'] }
    const issued = await plane.json(201, 'POST', '/v1/keys', { key: payer.key, body: wish })
    const { id } = issued['key'] as { id: string }
    const path = `/v1/keys/${id}/rotate`
    const rotated = await plane.json(201, 'POST', path, { key: payer.key, body: {} })
    const successor = rotated['key'] as { id: string }
    const made = capOf(await cap({ scope: { kind: 'key', id: successor.id } }))
    expect(made.scope).toEqual({ kind: 'key', id })
    expect(await plane.snapshotEntity('key', successor.id)).toMatchObject({ rootId: id })
  })

  test('names its scope once', async () => {
    const { keyId } = await plane.json(200, 'GET', '/v1/me', { key: payer.key })
    await cap({ scope: { kind: 'organization' }, keyId }, 400)
    await cap({ scope: { kind: 'mandate' } }, 400)
  })
})
