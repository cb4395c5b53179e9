import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFixtureServer, type FixtureServer } from '../start-fixture-server.ts'

let fixture: FixtureServer
beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'modern', port: 0 })
})
afterAll(() => fixture.close())

const EXTENSIONS = { 'io.modelcontextprotocol/tasks': {} }

/** POSTs one modern request; the client declares the tasks extension unless told otherwise. */
async function post(
  method: string,
  params: Record<string, unknown>,
  extensions: Record<string, unknown> = EXTENSIONS,
): Promise<Response> {
  const name = params['taskId'] ?? params['name']
  return fetch(fixture.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, extensions },
        },
      },
    }),
  })
}

async function call(name: string, args: Record<string, unknown> = {}): Promise<{ taskId: string }> {
  const answer = await post('tools/call', { name, arguments: args })
  const { result } = (await answer.json()) as { result: { taskId: string } }
  return result
}

it('a created task has no content, and is known at once', async () => {
  const created = await call('slow_compute', { seconds: 60 })
  expect(created).toMatchObject({ resultType: 'task', status: 'working' })
  expect(created).not.toHaveProperty('content')
  const { taskId } = created
  const found = await (await post('tasks/get', { taskId })).json()
  expect(found).toMatchObject({ result: { resultType: 'complete', taskId, status: 'working' } })
})

it('a stream tells the changes of the tasks that it was asked for, to the end', async () => {
  const { taskId } = await call('confirm_delete', { filename: 'a.txt' })
  const notifications = { taskIds: [taskId, 'unknown'] }
  const stream = await post('subscriptions/listen', { notifications })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readUntil = async (says: string): Promise<void> => {
    while (!text.includes(says)) text += (await reader?.read())?.value ?? ''
  }
  await readUntil('notifications/subscriptions/acknowledged')
  expect(text).toContain(`{"taskIds":["${taskId}"]}`)
  await post('tasks/update', { taskId, inputResponses: { confirm: { action: 'accept' } } })
  await readUntil('deleted a.txt')
  expect(text).toContain('"method":"notifications/tasks"')
  await reader?.cancel()
})

it('a client without the extension is told what it lacks', async () => {
  for (const [method, params] of [
    ['tools/call', { name: 'failing_job', arguments: {} }],
    ['subscriptions/listen', { notifications: { taskIds: ['any'] } }],
    ['tasks/get', { taskId: 'any' }],
  ] as const) {
    const answer = await post(method, params, {})
    expect(await answer.json()).toMatchObject({
      error: { code: -32_021, data: { requiredCapabilities: { extensions: EXTENSIONS } } },
    })
  }
})
