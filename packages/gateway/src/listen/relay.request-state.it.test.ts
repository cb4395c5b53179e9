import { expect, test } from 'vitest'
import { BENCH_KEYS } from './testing.ts'
import { modernRequest, resultFor } from './testing-messages.ts'
import { json, ModernBench } from './testing-modern.ts'

const m = new ModernBench()
/** A state with everything that a re-encoder would change. */
const INNER = String.raw`"a\u0041\/\ud83d\ude00  é"`

type Retry = { readonly state: unknown; readonly name?: string; readonly key?: string }

/** The server asks for input with this result member, and completes when it is asked again. */
function asks(stateMember: string): void {
  m.answer = ({ response, body }) =>
    json(
      response,
      body.includes('inputResponses')
        ? resultFor(body, { resultType: 'complete', content: [] })
        : `{"jsonrpc":"2.0","id":${idOf(body)},"result":{"resultType":"input_required","inputRequests":{}${stateMember}}}`,
    )
}

function idOf(body: string): string {
  return JSON.stringify((JSON.parse(body) as { id: unknown }).id)
}

function first(name: string): ReturnType<typeof modernRequest> {
  return modernRequest('tools/call', { name, arguments: {} })
}

function retry({ state, name = 'ask', key = BENCH_KEYS.alice }: Retry): Promise<Response> {
  const params = { name, arguments: {}, inputResponses: { a: {} }, requestState: state }
  return m.post(modernRequest('tools/call', params, { id: 2, key }))
}

async function sealedStateOf(name: string): Promise<string> {
  const answer = (await (await m.post(first(name))).json()) as {
    result: { requestState: string }
  }
  return answer.result.requestState
}

test('the state of a server leaves sealed, and comes back to it byte by byte', async () => {
  asks(`,"requestState":${INNER}`)
  const state = await sealedStateOf('ask')
  expect(state).toMatch(/^[\w-]{40,}$/)
  const answer = await retry({ state })
  expect(await answer.json()).toMatchObject({ id: 2, result: { resultType: 'complete' } })
  expect(m.seen[1]?.body).toContain(`"requestState":${INNER}`)
  expect(m.seen[1]?.body).not.toContain(state)
})

test('a call of a priced tool gets a state where the server gave none; the server never sees it, and the price holds', async () => {
  asks('')
  const state = await sealedStateOf('paid')
  expect((await retry({ state, name: 'paid' })).status).toBe(200)
  expect(m.seen[1]?.body).not.toContain('requestState')
  expect(m.bench.ledger.map(({ intent, end }) => [intent.agreedPriceVersion, end.outcome])).toEqual(
    [
      [undefined, 'input_required'],
      [3, 'complete'],
    ],
  )
})

test('a free call without a state stays as it is', async () => {
  asks('')
  expect(await (await m.post(first('ask'))).json()).toEqual({
    jsonrpc: '2.0',
    id: 1,
    result: { resultType: 'input_required', inputRequests: {} },
  })
})

test('a state that was changed, is of another caller, tool or method, or is no state is refused in the same words, and audited', async () => {
  asks(`,"requestState":${INNER}`)
  const state = await sealedStateOf('ask')
  m.seen.length = 0
  const answers = [
    await retry({ state: `${state}-TAMPERED` }),
    await retry({
      state: `A${state.slice(1)}` === state ? `B${state.slice(1)}` : `A${state.slice(1)}`,
    }),
    await retry({ state: JSON.parse(INNER) }),
    await retry({ state: 7 }),
    await retry({ state: null }),
    await retry({ state, key: BENCH_KEYS.bob }),
    await retry({ state, name: 'other' }),
    await m.post(modernRequest('prompts/get', { name: 'ask', requestState: state }, { id: 2 })),
  ]
  const texts = await Promise.all(answers.map((answer) => answer.json()))
  const [one] = texts
  expect(one).toMatchObject({ id: 2, error: { code: -32602 } })
  for (const text of texts)
    expect(text).toMatchObject({
      id: 2,
      error: { code: -32602, message: (one as { error: { message: string } }).error.message },
    })
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400))
  expect(m.seen).toEqual([])
  expect(m.refused.map(({ action, fault }) => [action, fault])).toEqual([
    ...Array.from({ length: 6 }, () => ['gateway.request_state_refused', 'unreadable']),
    ['gateway.request_state_refused', 'misplaced'],
    ['gateway.request_state_refused', 'misplaced'],
  ])
  expect(m.refused[5]?.caller.keyId).toBe(BENCH_KEYS.bob)
})

test('a state opens at the server that gave it alone', async () => {
  asks(`,"requestState":${INNER}`)
  const state = await sealedStateOf('ask')
  const params = { name: 'ask', arguments: {}, requestState: state }
  const answer = await m.post(modernRequest('tools/call', params, { id: 2 }), 'small')
  expect([answer.status, m.seen.length]).toEqual([400, 1])
})

test('a second requestState in one message is refused: two readers could take two', async () => {
  asks(`,"requestState":${INNER}`)
  const state = await sealedStateOf('ask')
  const request = modernRequest('tools/call', { name: 'ask', requestState: state })
  const body = request.body.replace('"requestState"', '"requestState":"raw","requestState"')
  const answer = await m.post({ ...request, body })
  expect([answer.status, m.seen.length]).toEqual([400, 1])
})
