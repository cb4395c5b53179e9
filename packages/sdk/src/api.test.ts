import { expect, test } from 'vitest'
import { connectionLost, json, pretendNetwork, type Answering } from './mcp/testing.ts'
import { createOrchestra } from './orchestra.ts'

function connect(answer: Answering) {
  const network = pretendNetwork(answer)
  const orchestra = createOrchestra({
    baseUrl: 'http://control.test/',
    apiKey: 'mcpo_test_x',
    fetch: network.fetch,
  })
  return { orchestra, seen: network.seen }
}

test('a request carries the key, and its document comes back as it is', async () => {
  const { orchestra, seen } = connect(() => json({ version: '1', gatewayUrl: 'http://g' }))
  expect(await orchestra.status()).toEqual({ version: '1', gatewayUrl: 'http://g' })
  expect(seen[0]?.url).toBe('http://control.test/v1/status')
  expect(seen[0]?.headers.get('authorization')).toBe('Bearer mcpo_test_x')
})

test('a refusal is thrown with everything that its document says', async () => {
  const document = {
    type: 'urn:mcp-orchestra:problem:hub.alias_taken',
    code: 'hub.alias_taken',
    status: 409,
    title: 'The alias is taken.',
    detail: 'everything',
    instance: 'req_1',
    retryable: false,
    alias: 'everything',
  }
  const { orchestra } = connect(() =>
    json(document, {
      status: 409,
      type: 'application/problem+json',
      headers: { 'retry-after': '3' },
    }),
  )
  await expect(orchestra.hub.getServer('x')).rejects.toMatchObject({
    name: 'OrchestraProblem',
    code: 'hub.alias_taken',
    status: 409,
    detail: 'everything',
    instance: 'req_1',
    retryAfterSeconds: 3,
    members: { alias: 'everything' },
  })
})

test.each([
  ['ECONNREFUSED', 'sdk.unreachable'],
  ['ECONNRESET', 'sdk.connection_lost'],
])('a connection that failed with %s is the problem %s', async (code, problem) => {
  const { orchestra } = connect(() => {
    throw connectionLost(code)
  })
  await expect(orchestra.status()).rejects.toMatchObject({ code: problem })
})

test('what is no platform is named as such, whatever it answers', async () => {
  for (const answer of [
    () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } }),
    () => new Response('Bad gateway', { status: 502 }),
    () => json({ error: 'nope' }, { status: 404 }),
  ]) {
    await expect(connect(answer).orchestra.status()).rejects.toMatchObject({
      code: 'sdk.not_orchestra',
    })
  }
})

test('the caller’s signal ends a request with the caller’s reason', async () => {
  const reason = new Error('enough')
  const { orchestra } = connect(() => json({}))
  await expect(orchestra.status({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('the gateway is asked from the control plane when its address is not given', async () => {
  const { orchestra, seen } = connect((request) =>
    request.url.endsWith('/v1/status')
      ? json({ gatewayUrl: 'http://gateway.test' })
      : json({ jsonrpc: '2.0', id: request.body.id, result: {} }),
  )
  await orchestra.hub.routeRequest({ server: 's', params: { name: 't' } })
  expect(seen.map(({ url }) => url)).toEqual([
    'http://control.test/v1/status',
    'http://gateway.test/s/s/mcp',
    'http://gateway.test/s/s/mcp',
  ])
})
