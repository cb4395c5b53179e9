import { beforeEach, expect, test } from 'vitest'
import { until } from '../../../listen/testing-upstream.ts'
import { TranslationBench, type Reply } from '../testing.ts'
import type { Asked, Rpc } from '../testing-legacy-server.ts'

const t = new TranslationBench()
const EXTENSION = 'io.modelcontextprotocol/tasks'
const RELATED = 'io.modelcontextprotocol/related-task'
const CAN = { extensions: { [EXTENSION]: {} }, elicitation: {} }
const RAW_ID = 'job 1/ä'
const RESULT = { content: [{ type: 'text', text: '42' }] }
const FORM = { message: 'Who?', requestedSchema: { type: 'object', properties: {} } }

/** What the server says of its only task, and how it answers `tasks/result`. */
let status = 'working'
let payload: (asked: Asked) => void
let listed: object[] = []

beforeEach(() => {
  t.server.greeting['capabilities'] = {
    tools: {},
    prompts: {},
    tasks: { cancel: {}, requests: { tools: { call: {} } } },
  }
  t.forget()
  status = 'working'
  listed = ['paid', 'free'].map((name) => ({ name, execution: { taskSupport: 'required' } }))
  payload = (asked) => asked.result({ ...RESULT, _meta: { [RELATED]: { taskId: RAW_ID }, own: 1 } })
  t.server.answer = (asked) => {
    const { method, params } = asked.rpc
    if (method === 'tools/list') return asked.result({ tools: listed })
    const task = { taskId: RAW_ID, status, createdAt: 'a', lastUpdatedAt: 'b', pollInterval: 7 }
    if (method === 'tools/call') {
      return params?.['task'] === undefined
        ? fail(asked, -32601, 'requires a task')
        : asked.result({ task: { ...task, ttl: 60_000, status: 'working' }, 'x-own': [1] })
    }
    if (params?.['taskId'] !== RAW_ID) return fail(asked, -32602, 'no such task')
    if (method === 'tasks/result') return payload(asked)
    if (method === 'tasks/cancel') status = 'cancelled'
    asked.result(task)
  }
})

function fail({ rpc, json }: Asked, code: number, message: string): void {
  json({ id: rpc.id, error: { code, message } })
}

function ask(method: string, params: Record<string, unknown>, can: object = CAN): Promise<Reply> {
  return t.ask(method, params, { can: { ...can } })
}

async function begin(name = 'free'): Promise<string> {
  const { answer } = await ask('tools/call', { name, arguments: {} })
  return String(answer.result?.['taskId'])
}

test('the extension is offered where tools can be called as tasks', async () => {
  const { answer } = await ask('server/discover', {})
  expect(answer.result?.['capabilities']).toEqual({
    tools: {},
    prompts: {},
    extensions: { [EXTENSION]: {} },
  })
})

test('a tool that needs a task is refused to a client that knows none, by the capability that is missing', async () => {
  const { status: http, answer } = await ask('tools/call', { name: 'paid' }, {})
  expect(http).toBe(400)
  expect(answer.error).toMatchObject({
    code: -32021,
    data: { requiredCapabilities: { extensions: { [EXTENSION]: {} } } },
  })
  expect(t.server.of('tools/call')).toEqual([])
  expect(t.outcomes()).toEqual(['rpc_error'])
})

test('a task is begun, asked about and paid for once it is finished, and its own id never leaves', async () => {
  const created = await ask('tools/call', { name: 'paid', arguments: { a: 1.5 } })
  expect(t.server.of('tools/call')[0]?.rpc.params).toMatchObject({
    name: 'paid',
    arguments: { a: 1.5 },
    task: { ttl: 86_400_000 },
  })
  const { taskId } = created.answer.result ?? {}
  expect(created.answer.result).toMatchObject({
    resultType: 'task',
    status: 'working',
    ttlMs: 60_000,
    pollIntervalMs: 7,
    createdAt: 'a',
  })
  expect(created.answer.result).not.toHaveProperty('task')
  const working = await ask('tasks/get', { taskId })
  expect(working.answer.result).toMatchObject({
    resultType: 'complete',
    taskId,
    status: 'working',
    ttlMs: null,
  })
  status = 'completed'
  const done = await ask('tasks/get', { taskId })
  expect(done.answer.result).toMatchObject({
    status: 'completed',
    result: { ...RESULT, _meta: { own: 1 } },
    _meta: { 'io.mcp-orchestra/receipt': { charged: { amount: '5' } } },
  })
  expect(t.outcomes()).toEqual(['task_created', 'complete'])
  expect(JSON.stringify([created, working, done])).not.toContain('job 1')
})

test('what a task needs to know is asked once, answered by an update, and the task goes on', async () => {
  const taskId = await begin()
  status = 'input_required'
  const related = { _meta: { [RELATED]: { taskId: RAW_ID } } }
  payload = (asked) => {
    asked.event({ id: 'who', method: 'elicitation/create', params: { ...FORM, ...related } })
    asked.event({ id: 8, method: 'sampling/createMessage', params: { ...related } })
  }
  const first = await ask('tasks/get', { taskId })
  expect(first.answer.result).toMatchObject({ status: 'input_required' })
  expect(first.answer.result?.inputRequests).toEqual({
    who: { method: 'elicitation/create', params: FORM },
  })
  // What the client did not declare it is not asked: the server hears so.
  const { told } = t.server.session
  await until(() => told.some(({ id, error }) => id === 8 && error !== undefined), 'it hears so')
  expect((await ask('tasks/get', { taskId })).answer.result?.inputRequests).toEqual(
    first.answer.result?.inputRequests,
  )
  expect(t.server.of('tasks/result')).toHaveLength(1)
  const inputResponses = { who: { action: 'accept', content: {} }, stranger: {} }
  const updated = await ask('tasks/update', { taskId, inputResponses })
  expect(updated.answer.result).toMatchObject({ resultType: 'complete' })
  const answers = told.filter(({ result }) => result !== undefined)
  expect(answers).toEqual([
    { jsonrpc: '2.0', id: 'who', result: { action: 'accept', content: {}, ...related } },
  ])
  // A name stands for one question only, whatever the server calls the next.
  t.server
    .of('tasks/result')[0]
    ?.event({ id: 'who', method: 'elicitation/create', params: { ...FORM, ...related } })
  const second = await ask('tasks/get', { taskId })
  expect(Object.keys(second.answer.result?.inputRequests ?? {})).toEqual(['input-1'])
  status = 'completed'
  payload = (asked) => asked.result(RESULT)
  const done = await ask('tasks/get', { taskId })
  expect(done.answer.result).toMatchObject({ status: 'completed', result: RESULT })
  expect(t.bench.relay.load().parked).toBe(0)
})

test('a server that wants input and asks nothing is at work, as far as the client can do anything', async () => {
  const taskId = await begin()
  status = 'input_required'
  payload = (asked) => asked.end()
  const { answer } = await ask('tasks/get', { taskId })
  expect(answer.result).toMatchObject({ status: 'working' })
  expect(answer.result).not.toHaveProperty('inputRequests')
})

test('a task that failed has the error of its call, or the result that says so', async () => {
  const taskId = await begin('paid')
  status = 'failed'
  payload = (asked) => fail(asked, -32050, 'it broke')
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({
    status: 'failed',
    error: { code: -32050, message: 'it broke' },
  })
  expect(t.outcomes()).toEqual(['task_created'])
  payload = (asked) => asked.result({ ...RESULT, isError: true })
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({
    status: 'completed',
    result: { isError: true },
  })
  expect(t.outcomes()).toEqual(['task_created', 'tool_error'])
})

test('a server that says of a running task that it has a result is not believed', async () => {
  const taskId = await begin('paid')
  const { answer: usual } = t.server
  t.server.answer = (asked) =>
    asked.rpc.method === 'tasks/get'
      ? asked.result({ taskId: RAW_ID, status: 'working', result: RESULT, resultType: 'task' })
      : usual(asked)
  const { answer } = await ask('tasks/get', { taskId })
  expect(answer.result).toMatchObject({ resultType: 'complete', status: 'working' })
  expect(answer.result).not.toHaveProperty('result')
})

test('to cancel is acknowledged, also where it comes too late; a task that is unknown is an error', async () => {
  const taskId = await begin()
  const acknowledged = { resultType: 'complete' }
  expect((await ask('tasks/cancel', { taskId })).answer.result).toMatchObject(acknowledged)
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({ status: 'cancelled' })
  const { answer: usual } = t.server
  t.server.answer = (asked) =>
    asked.rpc.method === 'tasks/cancel' ? fail(asked, -32602, 'it is over') : usual(asked)
  expect((await ask('tasks/cancel', { taskId })).answer.result).toMatchObject(acknowledged)
  t.server.answer = (asked) => fail(asked, -32601, 'no such task')
  for (const [method, more] of [
    ['tasks/get', {}],
    ['tasks/cancel', {}],
    ['tasks/update', { inputResponses: {} }],
  ] as const) {
    const { answer } = await ask(method, { taskId, ...more })
    expect(answer.error).toMatchObject({ code: -32602, message: 'no such task' })
  }
})

test('a task is asked about in the session where it was begun, and in a new one when that is gone', async () => {
  const taskId = await begin()
  const home = t.server.session.id
  await ask('tools/list', {}, { ...CAN, roots: {} })
  await ask('tasks/get', { taskId }, { ...CAN, roots: {} })
  expect(t.server.of('tasks/get').map(({ session }) => session.id)).toEqual([home])
  t.forget()
  expect((await ask('tasks/get', { taskId })).answer.result).toMatchObject({ status: 'working' })
  expect(t.server.of('tasks/get')[1]?.session.id).not.toBe(home)
})

test('a tool that may be a task is called plainly, and a wish for one means nothing in the modern era', async () => {
  listed = [{ name: 'free', execution: { taskSupport: 'optional' } }]
  const { answer: usual } = t.server
  t.server.answer = (asked) =>
    asked.rpc.method === 'tools/call' ? asked.result(RESULT) : usual(asked)
  await ask('tools/list', {})
  const { answer } = await ask('tools/call', { name: 'free', task: { ttl: 1 } })
  expect(answer.result).toMatchObject({ resultType: 'complete', ...RESULT })
  expect(t.server.of('tools/call')[0]?.rpc.params).toEqual({ name: 'free' })
})

test('a tool that came to need a task is found out by the refusal, and news about tasks are for nobody', async () => {
  listed = [{ name: 'free' }]
  await ask('tools/list', {})
  listed = [{ name: 'free', execution: { taskSupport: 'required' } }]
  // The method is there: it is not a method that was not found.
  expect(await ask('tools/call', { name: 'free' })).toMatchObject({
    status: 200,
    answer: { error: { code: -32602, message: 'requires a task' } },
  })
  const { answer: usual } = t.server
  t.server.answer = (asked) => {
    if (asked.rpc.method === 'tools/call') {
      const params = { taskId: RAW_ID, status: 'working' }
      asked.event({ method: 'notifications/tasks/status', params } satisfies Rpc)
    }
    usual(asked)
  }
  const { answer, notices } = await ask('tools/call', { name: 'free' })
  expect(answer.result).toMatchObject({ resultType: 'task' })
  expect(notices).toEqual([])
})

test('what has no meaning is refused before the server hears of it', async () => {
  const taskId = await begin()
  t.server.asked.length = 0
  for (const params of [
    { taskId },
    { taskId, inputResponses: [] },
    { taskId, inputResponses: { a: 1 } },
  ])
    expect((await ask('tasks/update', params)).answer.error?.code).toBe(-32602)
  for (const method of ['tasks/result', 'tasks/list'])
    expect((await ask(method, { taskId })).status).toBe(404)
  expect(t.server.asked).toEqual([])
})
