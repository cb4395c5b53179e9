import { expect, test } from 'vitest'
import { BENCH_KEYS } from '../../listen/testing.ts'
import { until } from '../../listen/testing-upstream.ts'
import { CAN_ALL, TranslationBench } from './testing.ts'
import type { Asked } from './testing-legacy-server.ts'

const t = new TranslationBench()
const FORM =
  '{ "message":"Who?", "requestedSchema":{"type":"object","properties":{"n":{"type":"number","default":1.0}}}, "x-odd":[2e3] }'
const ask = (id: string, method: string, params: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`

/** The server asks, and answers the call with what it was told. */
function askThenTell(...texts: string[]): (asked: Asked) => void {
  return (asked) => {
    for (const text of texts) asked.event(text)
    const { told } = asked.session
    const before = told.length
    void until(
      () => told.slice(before).filter(({ method }) => method === undefined).length >= texts.length,
      'all answers are here',
    ).then(() => asked.result({ content: [], told: told.slice(before) }))
  }
}

const call = { name: 'paid', arguments: { a: 1 } }

test('what a legacy server asks in the middle of a call is answered by the retry, and the call goes on', async () => {
  t.server.answer = askThenTell(ask('7', 'elicitation/create', FORM))
  const first = await t.send('tools/call', call, { can: CAN_ALL })
  const text = await first.text()
  expect(text).toContain(
    `"inputRequests":{"input-1":{"method":"elicitation/create","params":${FORM}}}`,
  )
  const { result } = JSON.parse(text) as { result: { requestState: string; resultType: string } }
  expect(result.resultType).toBe('input_required')
  expect(t.bench.relay.load()).toMatchObject({ parked: 1, calls: 0 })
  const inputResponses = { 'input-1': { action: 'accept', content: { n: 2 } }, other: {} }
  const second = await t.ask(
    'tools/call',
    { ...call, inputResponses, requestState: result.requestState },
    { can: CAN_ALL, id: 'second' },
  )
  expect(second.answer).toMatchObject({
    id: 'second',
    result: {
      resultType: 'complete',
      told: [{ id: 7, result: { action: 'accept', content: { n: 2 } } }],
    },
  })
  expect(t.outcomes()).toEqual(['input_required', 'complete'])
  expect(t.server.of('tools/call')).toHaveLength(1)
  expect(t.bench.relay.load().parked).toBe(0)
})

test('a question comes without the progress token of the hop behind, and with the rest of its _meta', async () => {
  const asked = (meta: string) => `{"messages":[],"maxTokens":1${meta}}`
  const sampling = (id: string, meta: string) => ask(id, 'sampling/createMessage', asked(meta))
  t.server.answer = askThenTell(
    sampling('"both"', ',"_meta":{"progressToken":7,"x":[1.0]}'),
    sampling('"alone"', ',"_meta":{"progressToken":"a"}'),
    sampling('"none"', ',"_meta":{}'),
  )
  const text = await (await t.send('tools/call', call, { can: CAN_ALL })).text()
  for (const [key, meta] of [
    ['both', ',"_meta":{"x":[1.0]}'],
    ['alone', ''],
    ['none', ',"_meta":{}'],
  ] as const)
    expect(text).toContain(`"${key}":{"method":"sampling/createMessage","params":${asked(meta)}}`)
})

test('what a server asks at once is asked at once, and what is not answered is asked again', async () => {
  t.server.answer = askThenTell(
    ask('"who"', 'elicitation/create', FORM),
    ask('8', 'sampling/createMessage', '{"messages":[],"maxTokens":1}'),
    '{"jsonrpc":"2.0","id":9,"method":"roots/list"}',
  )
  const first = await t.ask('tools/call', call, { can: CAN_ALL })
  expect(Object.keys(first.answer.result?.inputRequests ?? {})).toEqual([
    'who',
    'input-1',
    'input-2',
  ])
  const second = await t.ask(
    'tools/call',
    {
      ...call,
      inputResponses: { who: { action: 'decline' } },
      requestState: first.answer.result?.requestState,
    },
    { can: CAN_ALL },
  )
  expect(second.answer.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: { 'input-1': {}, 'input-2': { method: 'roots/list' } },
  })
  expect(second.answer.result?.requestState).not.toBe(first.answer.result?.requestState)
  const third = await t.ask(
    'tools/call',
    {
      ...call,
      inputResponses: { 'input-1': { role: 'assistant' }, 'input-2': { roots: [] } },
      requestState: second.answer.result?.requestState,
    },
    { can: CAN_ALL },
  )
  expect(third.answer.result?.['told']).toEqual([
    { jsonrpc: '2.0', id: 'who', result: { action: 'decline' } },
    { jsonrpc: '2.0', id: 8, result: { role: 'assistant' } },
    { jsonrpc: '2.0', id: 9, result: { roots: [] } },
  ])
})

test('a state is for its caller, server, method and target alone, and for one use', async () => {
  t.server.answer = askThenTell(ask('7', 'elicitation/create', FORM))
  const first = await t.ask('tools/call', call, { can: CAN_ALL })
  const requestState = first.answer.result?.requestState ?? ''
  const retry = { ...call, inputResponses: { 'input-1': { action: 'accept' } }, requestState }
  const refusal = { error: { code: -32602 } }
  const refused = { status: 400, answer: refusal }
  const replies = [
    await t.ask('tools/call', retry, { can: CAN_ALL, key: BENCH_KEYS.bob }),
    await t.ask('tools/call', retry, { can: CAN_ALL, alias: 'twin' }),
    await t.ask('tools/call', { ...retry, name: 'free' }, { can: CAN_ALL }),
    await t.ask('prompts/get', retry, { can: CAN_ALL }),
    await t.ask('tools/call', { ...retry, requestState: `${requestState}x` }, { can: CAN_ALL }),
    await t.ask('tools/call', { ...retry, requestState: 'foreign' }, { can: CAN_ALL }),
    await t.ask('tools/call', { ...retry, requestState: 7 }, { can: CAN_ALL }),
  ]
  for (const reply of replies) expect(reply).toMatchObject(refused)
  expect(new Set(replies.map(({ answer }) => answer.error?.message)).size).toBe(1)
  const own = await t.ask('tools/call', retry, { can: CAN_ALL })
  expect(own.answer).toMatchObject({ result: { resultType: 'complete' } })
  expect(await t.ask('tools/call', retry, { can: CAN_ALL })).toMatchObject(refused)
})

test('a client is asked nothing that it did not declare: the server hears so', async () => {
  t.server.answer = askThenTell(
    ask('1', 'elicitation/create', '{"mode":"url","url":"https://x.example","message":"m"}'),
    ask('2', 'roots/list', '{}'),
    ask('3', 'sampling/createMessage', '{"messages":[],"maxTokens":1,"tools":[]}'),
    ask('4', 'ping', '{}'),
  )
  const { answer } = await t.ask('tools/call', call, { can: { elicitation: {}, sampling: {} } })
  expect(answer.result?.['told']).toMatchObject([
    { id: 1, error: { code: -32602 } },
    { id: 2, error: { code: -32601 } },
    { id: 3, error: { code: -32602 } },
    { id: 4, result: {} },
  ])
})

test("a question on the session's own stream belongs to the call that is open, also before a JSON answer", async () => {
  t.server.answer = (asked) => {
    void t.server.unasked(ask('5', 'elicitation/create', FORM), asked.session)
    const { told } = asked.session
    const before = told.length
    void until(() => told.length > before, 'the answer is here').then(() =>
      asked.result({ content: [], told: told.slice(before) }),
    )
  }
  const first = await t.ask('resources/read', { uri: 'file:///a' }, { can: CAN_ALL })
  expect(first.answer.result?.resultType).toBe('input_required')
  const second = await t.ask(
    'resources/read',
    {
      uri: 'file:///a',
      inputResponses: { 'input-1': { action: 'cancel' } },
      requestState: first.answer.result?.requestState,
    },
    { can: CAN_ALL },
  )
  expect(second.answer.result).toMatchObject({
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'private',
    told: [{ id: 5, result: { action: 'cancel' } }],
  })
})

test('a page that has to be visited first is a question by URL, and the retry a new call', async () => {
  const page =
    '{ "mode":"url", "elicitationId":"e1", "url":"https://x.example/a", "message":"Go." }'
  let calls = 0
  t.server.answer = (asked) => {
    calls += 1
    if (calls > 1) return asked.result({ content: [] })
    asked.json(
      `{"jsonrpc":"2.0","id":${String(asked.rpc.id)},"error":{"code":-32042,"message":"m","data":{"elicitations":[${page}]}}}`,
    )
  }
  const response = await t.send('tools/call', call, { can: CAN_ALL })
  const text = await response.text()
  expect(text).toContain(
    `"inputRequests":{"page-1":{"method":"elicitation/create","params":${page}}}`,
  )
  const retry = { ...call, inputResponses: { 'page-1': { action: 'accept' } } }
  const { answer } = await t.ask('tools/call', retry, { can: CAN_ALL })
  expect(answer.result?.resultType).toBe('complete')
  calls = 0
  const other = await t.ask('tools/call', call, { can: { elicitation: {} } })
  expect(other).toMatchObject({ status: 400, answer: { error: { code: -32021 } } })
  expect(t.server.asked[1]?.body).not.toContain('inputResponses')
})

test('a question that the server takes back is not asked', async () => {
  t.server.answer = (asked) => {
    asked.event(ask('1', 'elicitation/create', FORM))
    asked.event(ask('2', 'elicitation/create', FORM))
    asked.event({ method: 'notifications/cancelled', params: { requestId: 1 } })
  }
  const first = await t.ask('tools/call', call, { can: CAN_ALL })
  expect(Object.keys(first.answer.result?.inputRequests ?? {})).toEqual(['input-2'])
})

test('what the server says while its question waits is heard with the answer to it', async () => {
  let say = (): void => undefined
  t.server.answer = (asked) => {
    const progress = (n: number): void =>
      asked.event({ method: 'notifications/progress', params: { progressToken: asked.rpc.id, n } })
    progress(1)
    asked.event(ask('1', 'elicitation/create', FORM))
    say = () => progress(2)
    const { told } = asked.session
    const before = told.length
    void until(() => told.length > before, 'the answer is here').then(() =>
      asked.result({ content: [] }),
    )
  }
  const first = await t.ask('tools/call', call, { can: CAN_ALL, meta: { progressToken: 'p1' } })
  expect(first.notices).toMatchObject([{ params: { progressToken: 'p1', n: 1 } }])
  // Whether it comes before the answer or after it, it is heard once.
  say()
  const inputResponses = { 'input-1': { action: 'accept' } }
  const { requestState } = first.answer.result ?? {}
  const second = await t.ask(
    'tools/call',
    { ...call, inputResponses, requestState },
    { can: CAN_ALL, meta: { progressToken: 'p2' } },
  )
  expect(second.notices).toMatchObject([{ params: { progressToken: 'p2', n: 2 } }])
  expect(second.answer.result?.resultType).toBe('complete')
})

test("a call that waits for its client ends with the caller's rights, and the server hears of it", async () => {
  t.server.answer = (asked) => asked.event(ask('7', 'elicitation/create', FORM))
  const first = await t.ask('tools/call', call, { can: CAN_ALL })
  const session = t.server.asked[0]?.session
  const problem = new (await import('@mcp-orchestra/kernel')).Problem('test.revoked', {
    status: 401,
    title: 'Revoked.',
    retryable: false,
  })
  t.bench.relay.abortWhere(({ keyId }) => keyId === BENCH_KEYS.alice, problem)
  expect(t.bench.relay.load()).toMatchObject({ parked: 0, pooled: 0 })
  await until(
    () => session?.told.some(({ method }) => method === 'notifications/cancelled') === true,
    'the server hears that nobody waits',
  )
  const retry = { ...call, requestState: first.answer.result?.requestState }
  expect((await t.ask('tools/call', retry, { can: CAN_ALL })).answer.error?.code).toBe(-32602)
})
