import { money, Problem, USD } from '@mcp-orchestra/kernel'
import { beforeEach, expect, test } from 'vitest'
import type { CallIntent } from '../charge/charge.ts'
import { BENCH_KEYS } from './testing.ts'
import { modernRequest, resultFor } from './testing-messages.ts'
import { events, json, ModernBench, type Given } from './testing-modern.ts'

const m = new ModernBench()
const EXTENSION = 'io.modelcontextprotocol/tasks'
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const DECLARED = { [CAPABILITIES]: { extensions: { [EXTENSION]: {} } } }
const INNER_ID = 'job 1/ä'
const RESULT = { content: [{ type: 'text', text: '42' }] }

type Task = { taskId: string; status: string; result?: object; _meta?: Record<string, object> }
type Answer = { result?: Task & { resultType: string }; error?: { code: number; data?: unknown } }

/** What the server says of its only task. */
let task: Record<string, unknown> = {}

beforeEach(() => {
  task = { status: 'working' }
  m.answer = (given) => {
    const { method, params } = JSON.parse(given.body) as { method: string; params: Task }
    const known = { taskId: INNER_ID, createdAt: 't', lastUpdatedAt: 't', ttlMs: null }
    if (method === 'tools/call')
      return reply(given, { resultType: 'task', ...known, status: 'working' })
    if (method === 'subscriptions/listen') return listen(given, params)
    return reply(
      given,
      method === 'tasks/get'
        ? { resultType: 'complete', ...known, ...task }
        : { resultType: 'complete' },
    )
  }
})

function reply({ response, body }: Given, result: object): void {
  json(response, resultFor(body, result))
}

function listen({ response, body }: Given, params: object): void {
  const { id } = JSON.parse(body) as { id: number }
  const _meta = { 'io.modelcontextprotocol/subscriptionId': String(id) }
  const told = (method: string, more: object): string =>
    JSON.stringify({ jsonrpc: '2.0', method, params: { ...more, _meta } })
  events(
    response,
    told('notifications/subscriptions/acknowledged', {
      notifications: (params as { notifications: object }).notifications,
    }),
    told('notifications/tasks', { taskId: INNER_ID, status: 'completed', result: RESULT }),
    told('notifications/tasks', { taskId: 'of somebody else', status: 'working' }),
    JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete' } }),
  )
  response.end()
}

async function ask(
  method: string,
  params: Record<string, unknown>,
  more: { readonly key?: string; readonly meta?: Record<string, unknown>; alias?: string } = {},
): Promise<{ status: number; answer: Answer }> {
  const request = modernRequest(method, params, { meta: DECLARED, ...more })
  const response = await m.post(request, more.alias)
  return { status: response.status, answer: (await response.json()) as Answer }
}

async function begin(tool: string): Promise<string> {
  const { answer } = await ask('tools/call', { name: tool, arguments: {} })
  return answer.result?.taskId ?? ''
}

test('a client sees a sealed id, the server its own, in body and header, for each method', async () => {
  const taskId = await begin('free')
  expect(taskId).toMatch(/^[\w-]{40,}$/)
  const got = await ask('tasks/get', { taskId })
  expect(got.answer.result).toMatchObject({ taskId, status: 'working', ttlMs: null })
  await ask('tasks/update', { taskId, inputResponses: { a: { action: 'accept' } } })
  expect((await ask('tasks/cancel', { taskId })).answer.result).toEqual({ resultType: 'complete' })
  for (const { body, headers } of m.seen.slice(1)) {
    const { params } = JSON.parse(body) as { params: Task }
    expect(params.taskId).toBe(INNER_ID)
    expect(headers['mcp-name']).toBe(`=?base64?${Buffer.from(INNER_ID).toString('base64')}?=`)
  }
  expect(m.outcomes()).toEqual(['task_created'])
})

test('an id that was changed, made up, raw, of another caller or of another server is refused in the same words, and audited', async () => {
  const taskId = await begin('free')
  m.seen.length = 0
  const refused = [
    await ask('tasks/get', { taskId: `${taskId}x` }),
    await ask('tasks/get', { taskId: INNER_ID }),
    await ask('tasks/cancel', { taskId: 'nonexistent' }),
    await ask('tasks/get', { taskId }, { key: BENCH_KEYS.bob }),
    await ask('tasks/update', { taskId, inputResponses: {} }, { alias: 'small' }),
  ]
  for (const { status, answer } of refused) {
    expect([status, answer.error?.code]).toEqual([400, -32602])
    expect(answer).toEqual({
      ...refused[0]?.answer,
      error: expect.objectContaining({ code: -32602 }),
    })
  }
  expect(m.seen).toEqual([])
  expect(m.refused.map(({ action, fault }) => `${action} ${fault}`)).toEqual([
    ...Array.from({ length: 4 }, () => 'gateway.task_refused unreadable'),
    'gateway.task_refused misplaced',
  ])
})

test('a client that does not declare the extension is told which capability is missing', async () => {
  const taskId = await begin('free')
  for (const [method, params] of [
    ['tasks/get', { taskId }],
    ['tasks/update', { taskId, inputResponses: {} }],
    ['tasks/cancel', { taskId }],
    ['subscriptions/listen', { notifications: { taskIds: [taskId] } }],
  ] as const) {
    const { status, answer } = await ask(method, params, { meta: { [CAPABILITIES]: {} } })
    expect([status, answer.error?.code]).toEqual([400, -32021])
    expect(answer.error?.data).toEqual({
      requiredCapabilities: { extensions: { [EXTENSION]: {} } },
    })
  }
})

test('the finished result of a priced tool is one keyed purchase at the price of its beginning', async () => {
  const taskId = await begin('paid')
  expect((await ask('tasks/get', { taskId })).answer.result?.status).toBe('working')
  expect(m.outcomes()).toEqual(['task_created'])
  task = { status: 'completed', result: RESULT }
  const bought: CallIntent[] = []
  m.begin = (intent) => {
    bought.push(intent)
    return bought.length === 1
      ? undefined
      : { kind: 'stored', resultText: '{}', eventId: bought[0]?.callId ?? intent.callId }
  }
  const paid = await ask('tasks/get', { taskId })
  expect(paid.answer.result).toMatchObject({ taskId, status: 'completed', result: RESULT })
  const receipt = (answer: Answer): unknown => answer.result?._meta?.['io.mcp-orchestra/receipt']
  const eventId = bought[0]?.callId
  expect(receipt(paid.answer)).toEqual({ eventId, charged: { amount: '5', asset: 'USD' } })
  const again = await ask('tasks/get', { taskId })
  expect(again.answer.result).toMatchObject({ status: 'completed', result: RESULT })
  expect(receipt(again.answer)).toEqual({ eventId, repeated: true })
  expect(bought).toHaveLength(2)
  expect(new Set(bought.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  expect(new Set(bought.map(({ requestDigest }) => requestDigest)).size).toBe(1)
  for (const { method, target, agreedPriceVersion, safeToRepeat } of bought)
    expect([method, target, agreedPriceVersion, safeToRepeat]).toEqual([
      'tools/call',
      'paid',
      3,
      true,
    ])
  expect(m.bench.ledger[1]?.end).toMatchObject({
    outcome: 'complete',
    resultText: JSON.stringify(RESULT),
  })
})

test('without funds the result is withheld, and can be fetched later', async () => {
  const taskId = await begin('paid')
  task = { status: 'completed', result: RESULT }
  const kind = { status: 402, title: 'No money.', retryable: false, rpcCode: 402001 }
  m.begin = () => ({ kind: 'refused', problem: new Problem('charge.insufficient_funds', kind) })
  const refused = await ask('tasks/get', { taskId })
  expect([refused.status, refused.answer.error?.code]).toEqual([402, 402001])
  expect(JSON.stringify(refused.answer)).not.toContain('42')
  m.begin = undefined
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({ result: RESULT })
})

test('a result that is paid and was too large to keep is fetched from the server again', async () => {
  const taskId = await begin('paid')
  task = { status: 'completed', result: RESULT }
  const kind = { status: 409, title: 'Not kept.', retryable: false, rpcCode: 409001 }
  m.begin = () => ({
    kind: 'refused',
    problem: new Problem('charge.outcome_not_kept', kind, { members: { eventId: 'evt_1' } }),
  })
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({ result: RESULT })
})

test.each(['failed', 'cancelled', 'input_required'])(
  'a task that is %s costs nothing',
  async (status) => {
    const taskId = await begin('paid')
    task = { status, error: { code: -32603, message: 'no' } }
    m.begin = () => {
      throw new Error('nothing is bought')
    }
    expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({ status, taskId })
  },
)

test('a tool error in a finished task is told to the charge path as what it is', async () => {
  const taskId = await begin('paid')
  task = { status: 'completed', result: { ...RESULT, isError: true } }
  await ask('tasks/get', { taskId })
  expect(m.outcomes()).toEqual(['task_created', 'tool_error'])
})

test('a finished result of many megabytes is held until it is paid for', async () => {
  const taskId = await begin('paid')
  const text = 'x'.repeat(3_000_000)
  task = { status: 'completed', result: { content: [{ type: 'text', text }] } }
  const { answer } = await ask('tasks/get', { taskId })
  expect(answer.result).toMatchObject({ result: { content: [{ text }] } })
  expect(m.outcomes()).toEqual(['task_created', 'complete'])
})

test('a listen stream tells of tasks by the ids that the client knows, and of priced results only that they are there', async () => {
  for (const [tool, shown] of [
    ['free', RESULT],
    ['paid', undefined],
  ] as const) {
    const taskId = await begin(tool)
    const request = modernRequest(
      'subscriptions/listen',
      { notifications: { taskIds: [taskId, 'forged'], toolsListChanged: true } },
      { meta: DECLARED },
    )
    const text = await (await m.post(request)).text()
    const messages = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice('data: '.length)) as { params?: Partial<Task> })
    expect(messages.map(({ params }) => params)).toMatchObject([
      { notifications: { taskIds: [taskId], toolsListChanged: true } },
      { taskId, status: 'completed' },
      undefined,
    ])
    expect(messages[1]?.params?.result).toEqual(shown)
    expect(text).not.toContain(INNER_ID)
  }
  expect(m.refused.map(({ action }) => action)).toEqual([
    'gateway.task_refused',
    'gateway.task_refused',
  ])
})

test('a receipt of zero stands at a task that a priced tool has begun', async () => {
  const { answer } = await ask('tools/call', { name: 'paid', arguments: {} })
  expect(answer.result?._meta?.['io.mcp-orchestra/receipt']).toMatchObject({
    charged: { amount: money(0n, USD.id).amount.toString() },
  })
})
