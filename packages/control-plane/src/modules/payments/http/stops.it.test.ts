import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let payer: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Stopping')
})
afterAll(() => plane.stop())

const stopOf = (made: JsonObject) => made['stop'] as JsonObject & { id: string }

function stop(wish: JsonObject = {}, status = 201, key = payer.key): Promise<JsonObject> {
  return plane.json(status, 'POST', '/v1/stops', { key, body: { reason: 'a bug', ...wish } })
}

function resume(id: string, status = 200, key = payer.key): Promise<JsonObject> {
  return plane.json(status, 'POST', `/v1/stops/${id}/resume`, { key })
}

test('stops everything, is listed, and is over when it is resumed', async () => {
  const made = await stop()
  expect(made).toMatchObject({ pendingGateways: [], snapshotVersion: expect.any(Number) })
  const { id, ...rest } = stopOf(made)
  const scope = { kind: 'organization', id: payer.id }
  expect(rest).toMatchObject({ scope, reason: 'a bug', byOperator: false, resumedAt: null })
  expect(await plane.snapshotEntity('stop', id)).toEqual({
    id,
    organizationId: payer.id,
    scope,
    reason: 'a bug',
  })
  const list = (query: string) => plane.json(200, 'GET', `/v1/stops${query}`, { key: payer.key })
  expect(await list('?state=in_force')).toMatchObject({ items: [{ id }], nextCursor: null })
  await resume(id)
  expect(await plane.snapshotEntity('stop', id)).toBeUndefined()
  expect(await list('?state=in_force')).toMatchObject({ items: [] })
  expect(await list('?state=resumed')).toMatchObject({ items: [{ id }] })
  expect(await resume(id, 404)).toMatchObject({ code: 'payments.stop_not_found' })
})

test('pressed twice it is one stop, and the first reason stays', async () => {
  const scope = {
    kind: 'key',
    id: (await plane.json(200, 'GET', '/v1/me', { key: payer.key }))['keyId'],
  }
  const [first, second] = [await stop({ scope }), await stop({ scope, reason: 'again' })]
  expect(stopOf(second)).toEqual(stopOf(first))
  await resume(stopOf(first).id)
})

test('stops what is spent at a server that there is', async () => {
  const transport = { kind: 'http', url: 'https://example.com/' }
  const body = { alias: 'stoppable', transport }
  const { server } = await plane.json(201, 'POST', '/v1/servers', { key: payer.key, body })
  const scope = { kind: 'server', id: (server as JsonObject)['id'] }
  await resume(stopOf(await stop({ scope })).id)
  const unknown = { kind: 'server', id: 'srv_01kp0000000000000000000000' }
  expect(await stop({ scope: unknown }, 422)).toMatchObject({ code: 'payments.cap_scope_unknown' })
})

test('another organization’s is not there, nor are its keys and agents', async () => {
  const other = await plane.foundOrganization('Elsewhere')
  const { id } = stopOf(await stop({}, 201, other.key))
  await resume(id, 404)
  const me = await plane.json(200, 'GET', '/v1/me', { key: other.key })
  const scope = { kind: 'key', id: me['keyId'] }
  expect(await stop({ scope }, 422)).toMatchObject({ code: 'payments.cap_scope_unknown' })
  expect(await stop({ organizationId: other.id }, 404)).toMatchObject({
    code: 'payments.organization_not_found',
  })
  await plane.json(404, 'GET', `/v1/stops?organizationId=${other.id}`, { key: payer.key })
})

test('an operator’s is lifted by operators alone', async () => {
  const made = stopOf(await stop({ organizationId: payer.id }, 201, plane.operatorKey))
  expect(made).toMatchObject({ organizationId: payer.id, byOperator: true })
  expect(await resume(made.id, 403)).toMatchObject({ code: 'payments.stop_by_operator' })
  await resume(made.id, 200, plane.operatorKey)
})

test('a malformed one is refused', async () => {
  await stop({ reason: '' }, 400)
  await stop({ scope: { kind: 'planet' } }, 400)
})
