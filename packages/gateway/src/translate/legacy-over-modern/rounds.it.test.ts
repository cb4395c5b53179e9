import { describe, expect, test } from 'vitest'
import { json } from '../../listen/testing-modern.ts'
import { call, reply, ScriptedModern } from './testing-scripted.ts'
import { readMessages, type RawLegacy, type RawMessage } from './testing.ts'

const t = new ScriptedModern()

const form = (message = 'm') => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object', properties: {} } },
})

/** Asks with these questions until they are answered; then the answers are the result. */
function askFor(inputRequests: Record<string, unknown>, stateText?: string): void {
  t.answer = (given) => {
    const { inputResponses } = given.asked.params
    if (inputResponses !== undefined)
      return reply(given, { resultType: 'complete', content: [], answers: inputResponses })
    const state = stateText === undefined ? '' : `,"requestState":${stateText}`
    json(
      given.response,
      `{"jsonrpc":"2.0","id":${given.asked.id},"result":{"resultType":"input_required","inputRequests":${JSON.stringify(inputRequests)}${state}}}`,
    )
  }
}

/** Reads a call's stream and answers each question by its method and message; returns all messages. */
async function converse(
  client: RawLegacy,
  answers: (asked: RawMessage) => object | undefined,
  name = 'paid',
): Promise<RawMessage[]> {
  const response = await client.post({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name },
  })
  const messages: RawMessage[] = []
  for await (const message of readMessages(response)) {
    messages.push(message)
    const said = message.method === undefined ? undefined : answers(message)
    if (said !== undefined) await client.post({ jsonrpc: '2.0', id: message.id, ...said })
  }
  return messages
}

const thirtyThree = Array.from({ length: 33 }, (_, at) => at)

describe('a server that asks', () => {
  test('gets the answers under its own names and its state byte for byte, in a request of another id', async () => {
    const client = await t.open({ elicitation: {}, roots: {} })
    const stateText = String.raw`"\u0041é\/ \ud83d\ude00"`
    askFor({ 'a "key"': form('first'), roots: { method: 'roots/list' } }, stateText)
    const messages = await converse(client, ({ method }) => ({
      result:
        method === 'roots/list'
          ? { roots: [], _meta: { x: 1 } }
          : { action: 'decline', content: { odd: 1.5 } },
    }))
    expect(messages.map(({ method }) => method)).toEqual([
      'elicitation/create',
      'roots/list',
      undefined,
    ])
    expect(messages.at(-1)?.result).toEqual({
      content: [],
      _meta: expect.any(Object) as unknown,
      answers: {
        'a "key"': { action: 'decline', content: { odd: 1.5 } },
        roots: { roots: [], _meta: { x: 1 } },
      },
    })
    const [first, second] = t.got('tools/call')
    expect(second?.body).toContain(`"requestState":${stateText}`)
    expect(first?.asked.id).not.toBe(second?.asked.id)
    expect(t.outcomes()).toEqual(['complete'])
  })

  test('with a progress token of its own asks the client without it', async () => {
    const client = await t.open({ elicitation: {} })
    const { method, params } = form()
    const _meta = { progressToken: 'of the hop behind', x: 1 }
    askFor({ who: { method, params: { ...params, _meta } } })
    const asked: unknown[] = []
    await converse(client, (message) => {
      asked.push(message.params)
      return { result: { action: 'decline' } }
    })
    expect(asked).toEqual([{ ...params, _meta: { x: 1 } }])
  })

  test('only for more time is asked again without answers', async () => {
    const client = await t.open()
    let legs = 0
    t.answer = (given) => {
      legs += 1
      if (legs < 3)
        return reply(given, { resultType: 'input_required', requestState: `state ${legs}` })
      reply(given, { resultType: 'complete', content: [] })
    }
    expect((await call(client)).result).toMatchObject({ content: [] })
    expect(t.got('tools/call').map(({ asked }) => asked.params['requestState'])).toEqual([
      undefined,
      'state 1',
      'state 2',
    ])
    expect(t.got('tools/call').some(({ body }) => body.includes('inputResponses'))).toBe(false)
  })

  test.each([
    ['elicitation', {}, form()],
    ['elicitation', { elicitation: { url: {} } }, form()],
    ['elicitation.url', { elicitation: {} }, { ...form(), params: { mode: 'url', url: 'x' } }],
    ['sampling', { elicitation: {} }, { method: 'sampling/createMessage', params: {} }],
    [
      'sampling.tools',
      { sampling: {} },
      { method: 'sampling/createMessage', params: { tools: [] } },
    ],
    ['roots', { sampling: {} }, { method: 'roots/list' }],
    ['no client answers', { sampling: {} }, { method: 'ping' }],
  ])(
    'for %s of a client that did not declare it is refused, and the client is not asked',
    async (what, capabilities, question) => {
      const client = await t.open(capabilities)
      askFor({ question })
      const messages = await client.ask('tools/call', { name: 'paid' })
      expect(messages).toHaveLength(1)
      expect(messages[0]?.error?.message).toContain(what)
      expect(t.got('tools/call')).toHaveLength(1)
      expect(t.bench.ledger.every(({ end }) => end.outcome !== 'complete')).toBe(true)
    },
  )

  test('for a URL has the id that legacy clients need, its own when it gave one', async () => {
    const client = await t.open({ elicitation: { url: {} } })
    const params = { mode: 'url', url: 'https://example.com', message: 'm' }
    askFor({
      a: { method: 'elicitation/create', params },
      b: { method: 'elicitation/create', params: { ...params, elicitationId: 'theirs' } },
    })
    const messages = await converse(client, () => ({ result: { action: 'accept' } }))
    expect(messages[0]?.params).toMatchObject({ ...params, elicitationId: expect.any(String) })
    expect(messages[1]?.params?.['elicitationId']).toBe('theirs')
  })

  test('and is refused by the client fails the call; other questions are taken back, and nothing is paid', async () => {
    const client = await t.open({ elicitation: {} })
    askFor({ a: form('first'), b: form('second') })
    const messages = await converse(client, ({ params }) =>
      params?.['message'] === 'first'
        ? { error: { code: -32_000, message: 'no form' } }
        : undefined,
    )
    const last = messages.at(-1)
    expect(last?.error?.message).toContain('no form')
    expect(last?.error?.data).toMatchObject({ code: 'translate.input_unanswered' })
    const asked = messages.find(({ params }) => params?.['message'] === 'second')
    const taken = messages.filter(({ method }) => method === 'notifications/cancelled')
    expect(taken.map(({ params }) => params?.['requestId'])).toContain(asked?.id)
    expect(t.got('tools/call')).toHaveLength(1)
    expect(t.outcomes()).toEqual(['cancelled'])
  })

  test('without end is given up after eight legs, and nothing is paid', async () => {
    const client = await t.open({ elicitation: {} })
    t.answer = (given) =>
      reply(given, { resultType: 'input_required', inputRequests: { a: form() } })
    const messages = await converse(client, () => ({ result: { action: 'cancel' } }))
    expect(messages.at(-1)?.error?.message).toContain('8 times')
    expect(t.got('tools/call')).toHaveLength(8)
    expect(t.outcomes()).toEqual(['invalid_result'])
  })

  test.each([
    ['prompts/list', { inputRequests: { a: form() } }],
    ['tools/call', {}],
    ['tools/call', { inputRequests: Object.fromEntries(thirtyThree.map((at) => [at, form()])) }],
    ['tools/call', { inputRequests: { a: { params: {} } } }],
  ])('in a way that the protocol does not have (%s) is refused', async (method, members) => {
    const client = await t.open({ elicitation: {} })
    t.answer = (given) => reply(given, { resultType: 'input_required', ...members })
    const messages = await client.ask(method, { name: 'paid' })
    expect(messages.at(-1)?.error?.data).toMatchObject({ code: 'upstream.invalid_answer' })
  })

  test('while its client cancels loses the call, every leg and every question', async () => {
    const client = await t.open({ elicitation: {} })
    askFor({ a: form() })
    const response = await client.post({
      jsonrpc: '2.0',
      id: 'long',
      method: 'tools/call',
      params: { name: 'paid' },
    })
    for await (const { method, id } of readMessages(response)) {
      if (method !== 'elicitation/create') continue
      const params = { requestId: 'long' }
      await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
      const late = await client.post({ jsonrpc: '2.0', id, result: { action: 'accept' } })
      expect(late.status).toBe(202)
    }
    expect(t.got('tools/call')).toHaveLength(1)
    expect(t.outcomes()).toEqual(['cancelled'])
  })
})
