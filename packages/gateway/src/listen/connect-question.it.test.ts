import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { refuseUpstream } from '../upstream/problems.ts'
import { CONNECT_KEY } from './connect-question.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, modernRequest, resultFor } from './testing-messages.ts'
import { json } from './testing-modern.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

const PAGE = 'https://console.example/connections?server=server'
const PAGES = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } } }
const NAMED = { name: 'paid', arguments: { a: 1 } }

let bench: RelayBench
let upstream: TestUpstream
/** What the server got with a token. */
let seen: string[] = []
let isConnected = false

beforeAll(async () => {
  upstream = await startUpstream((incoming, response, body) => {
    if (incoming.headers.authorization !== 'Bearer of-the-account') {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      return
    }
    seen.push(body)
    json(response, resultFor(body, { resultType: 'complete', content: [] }))
  })
  const transport = { kind: 'http', url: upstream.url, headers: {} }
  const authorization = { header: 'Bearer of-the-account', generation: 1 }
  const members = { server: 'server', reason: 'not_connected', authorizationUrl: PAGE }
  bench = await startRelayBench({
    servers: [
      benchServer('modern', transport, { era: 'modern' }),
      benchServer('legacy', transport, { era: 'legacy' }),
    ],
    prices: { paid: 5n },
    credentials: {
      authorizationFor: () => (isConnected ? authorization : undefined),
      afterRefusal: () =>
        Promise.reject(refuseUpstream('upstream.authorization_required', { members })),
    },
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
beforeEach(() => {
  seen = []
  isConnected = false
  bench.ledger.length = 0
})

type Said = { readonly status: number; readonly body: Record<string, unknown> }

async function post(
  params: Record<string, unknown>,
  more: { readonly meta?: Record<string, unknown>; readonly method?: string } = {},
): Promise<Said> {
  const request = modernRequest(more.method ?? 'tools/call', params, { meta: more.meta ?? PAGES })
  const answer = await fetch(bench.endpoint('modern'), request)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const answering = (action: string, others: Record<string, unknown> = {}) => ({
  ...NAMED,
  inputResponses: { ...others, [CONNECT_KEY]: { action } },
})

const REFUSED = {
  status: 403,
  body: {
    error: {
      code: 403002,
      data: { code: 'upstream.authorization_required', authorizationUrl: PAGE },
    },
  },
}

test('a modern client that shows pages is asked to open the one where the account is connected, and pays nothing', async () => {
  expect(await post(NAMED)).toMatchObject({
    status: 200,
    body: {
      id: 1,
      result: {
        resultType: 'input_required',
        inputRequests: {
          [CONNECT_KEY]: { method: 'elicitation/create', params: { mode: 'url', url: PAGE } },
        },
      },
    },
  })
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['unauthorized'])
})

test('the server gets the retry as the request was at first, and it is paid once', async () => {
  await post(NAMED)
  isConnected = true
  const { body } = await post(answering('accept'))
  expect(body).toMatchObject({ result: { resultType: 'complete' } })
  await post(NAMED)
  expect(withoutIds(seen[0])).toBe(withoutIds(seen[1]))
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual([
    'unauthorized',
    'complete',
    'complete',
  ])
})

test('who has not connected yet is asked again; who says no gets the refusal', async () => {
  expect(await post(answering('accept'))).toMatchObject({ status: 200 })
  for (const action of ['decline', 'cancel', 'nonsense']) {
    expect(await post(answering(action))).toMatchObject(REFUSED)
  }
})

test("answers to the server's own questions reach it, and are not lost by a question of ours", async () => {
  expect(await post(answering('accept', { mine: { action: 'accept' } }))).toMatchObject(REFUSED)
  isConnected = true
  await post(answering('accept', { mine: { action: 'accept' } }))
  expect(JSON.parse(seen[0] ?? '')).toMatchObject({
    params: { inputResponses: { mine: { action: 'accept' } } },
  })
  expect(seen[0]).not.toContain(CONNECT_KEY)
})

test.each([
  ['declares nothing', {}],
  ['shows forms only', { elicitation: {} }],
  ['shows forms only and says so', { elicitation: { form: {} } }],
])('a modern client that %s gets the refusal with the link', async (_case, capabilities) => {
  const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities }
  expect(await post(NAMED, { meta })).toMatchObject(REFUSED)
})

test('methods that may not ask for input are refused with the link', async () => {
  expect(await post({}, { method: 'tools/list' })).toMatchObject(REFUSED)
  expect(await post({ uri: 'file:///a' }, { method: 'resources/read' })).toMatchObject({
    body: { result: { resultType: 'input_required' } },
  })
})

async function initialize(protocolVersion: string, capabilities: object): Promise<unknown> {
  const answer = await fetch(bench.endpoint('legacy'), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'one',
      method: 'initialize',
      params: { protocolVersion, capabilities, clientInfo: { name: 'client', version: '1' } },
    }),
  })
  return await answer.json()
}

test('a legacy client that shows pages gets the error that names the page', async () => {
  expect(await initialize('2025-11-25', { elicitation: { url: {} } })).toMatchObject({
    id: 'one',
    error: {
      code: -32042,
      data: {
        code: 'upstream.authorization_required',
        elicitations: [
          { mode: 'url', url: PAGE, elicitationId: expect.stringMatching(/^[\w-]+$/) },
        ],
      },
    },
  })
})

test('a legacy client that declared no pages, or speaks a revision without them, gets the refusal with the link', async () => {
  const { body } = REFUSED
  expect(await initialize('2025-11-25', { elicitation: {} })).toMatchObject(body)
  expect(await initialize('2025-06-18', { elicitation: { url: {} } })).toMatchObject(body)
})

function withoutIds(text = ''): string {
  return text.replace(/"id":\d+/, '"id":0')
}
