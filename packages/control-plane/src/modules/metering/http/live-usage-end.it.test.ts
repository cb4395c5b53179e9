import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestControlPlane, TEST_URL, type TestControlPlane } from '../../../main/testing.ts'
import { STREAMS_PER_ORGANIZATION_MAX } from '../live/live-usage.ts'
import { idsOf } from '../testing/live-reader.ts'
import { createLiveStage, type LiveStage } from '../testing/live-stage.ts'

let plane: TestControlPlane
let stage: LiveStage
beforeAll(async () => {
  plane = await startTestControlPlane()
}, 60_000)
afterAll(() => plane.stop())
beforeEach(async () => {
  stage = await createLiveStage(plane)
})
afterEach(() => stage.close())

describe('a stream ends', () => {
  test('with its session, at once, and shows nothing after that', async () => {
    const email = `live-ends@acme.example`
    await plane.json(201, 'POST', '/v1/organizations', {
      body: { name: 'Acme', adminEmail: email },
    })
    const link = await plane.json(201, 'POST', '/v1/sign-in-links', { body: { email } })
    const token = new URL(String(link['url'])).searchParams.get('token')
    const signedIn = await plane.send('POST', '/v1/session/link', {
      key: null,
      headers: { origin: TEST_URL },
      body: { token, password: 'correct horse battery' },
    })
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const reader = await stage.open('', { key: null, headers: { cookie } })
    const bystander = await stage.open()
    await plane.send('DELETE', '/v1/session', { key: null, headers: { cookie, origin: TEST_URL } })
    expect((await reader.take(1))[0]).toMatchObject({ event: 'signed_out' })
    expect(await reader.next()).toBeUndefined()
    const event = stage.call()
    await stage.postAll([event])
    expect(idsOf(await bystander.take(1))).toEqual([event.id])
  })

  test('with its key, at once', async () => {
    const me = await plane.json(200, 'GET', '/v1/me', { key: stage.payer.key })
    const reader = await stage.open()
    await plane.json(200, 'DELETE', `/v1/keys/${String(me['keyId'])}`, { key: stage.payer.key })
    expect((await reader.take(1))[0]?.event).toBe('signed_out')
    expect(await reader.next()).toBeUndefined()
  })
})

describe('a stream is refused', () => {
  test.each([
    [400, '?outcome=fine'],
    [400, '?side=both'],
    [404, '?serverId=nowhere'],
  ])('with %i for %s', async (status, query) => {
    await plane.json(status, 'GET', `/v1/usage/live${query}`, { key: stage.payer.key })
  })

  test('without a credential, and without usage:read', async () => {
    await plane.json(401, 'GET', '/v1/usage/live', { key: null })
    const weak = await plane.json(201, 'POST', '/v1/keys', {
      key: stage.payer.key,
      body: { name: 'weak', permissions: ['servers:read'] },
    })
    const refused = { key: String(weak['secret']) }
    expect(await plane.json(403, 'GET', '/v1/usage/live', refused)).toMatchObject({
      permission: 'usage:read',
    })
  })

  test('beyond the bound of an organization, until one of its streams is left', async () => {
    const readers = await Promise.all(
      Array.from({ length: STREAMS_PER_ORGANIZATION_MAX }, () => stage.open()),
    )
    const refused = await plane.send('GET', '/v1/usage/live', { key: stage.payer.key })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await refused.json()).toMatchObject({ code: 'metering.too_many_streams' })
    await readers[0]?.leave()
    await stage.open()
  })
})
