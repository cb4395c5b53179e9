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

test('parameters are told by name, escaped, and not at all when they are not given', async () => {
  const { orchestra, seen } = connect(() => json({ items: [], nextCursor: null }))
  await orchestra.prices.current('a/b?c', { tool: 'ä & b' }).page()
  await orchestra.usage
    .list({ side: 'any', outcome: 'complete', from: '2026-01-01T00:00:00Z' })
    .page()
  await orchestra.usage.list().page()
  await orchestra.audit.list({ action: 'key', outcome: 'refused', scope: 'platform' }).page()
  expect(seen.map(({ url }) => url.replace('http://control.test', ''))).toEqual([
    '/v1/servers/a%2Fb%3Fc/prices?tool=%C3%A4+%26+b&current=true',
    '/v1/usage?side=any&outcome=complete&from=2026-01-01T00%3A00%3A00Z',
    '/v1/usage',
    '/v1/audit-entries?action=key&outcome=refused&scope=platform',
  ])
})

test('a body is JSON and says so; a request without one says nothing of it', async () => {
  const { orchestra, seen } = connect(({ method }) =>
    method === 'DELETE'
      ? new Response(null, { status: 204 })
      : json({ organization: { id: 'org_1' }, member: null }),
  )
  await orchestra.session.signIn({ email: 'a@b.example', password: 'correct horse' })
  await orchestra.session.signOut()
  expect(
    seen.map(({ method, headers, body }) => [method, headers.get('content-type'), body]),
  ).toEqual([
    ['POST', 'application/json', { email: 'a@b.example', password: 'correct horse' }],
    ['DELETE', null, {}],
  ])
})

test('a purchase of money names itself in a header', async () => {
  const { orchestra, seen } = connect(() => json({ amount: {} }))
  await orchestra.balance.topUp('org_1', '5', { idempotencyKey: 'once' })
  expect(seen[0]?.headers.get('idempotency-key')).toBe('once')
})

test('a sign-out that was refused is thrown', async () => {
  const refusal = { code: 'identity.cross_origin', status: 403, title: 'No.', retryable: false }
  const { orchestra } = connect(() =>
    json(refusal, { status: 403, type: 'application/problem+json' }),
  )
  await expect(orchestra.session.signOut()).rejects.toMatchObject({ code: refusal.code })
})
