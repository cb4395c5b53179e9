import { expect, test } from 'vitest'
import { until } from '../../listen/testing-upstream.ts'
import { TranslationBench } from './testing.ts'

const t = new TranslationBench()
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

type Notice = { method?: string; id?: unknown; params?: Record<string, unknown>; result?: unknown }

/** A listen stream of a client: what it heard so far. */
async function listen(
  notifications: Record<string, unknown>,
  id: unknown,
): Promise<{ heard: Notice[]; leave: () => void }> {
  const abort = new AbortController()
  const response = await t.send(
    'subscriptions/listen',
    { notifications },
    { id, signal: abort.signal },
  )
  const heard: Notice[] = []
  void (async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8')
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) heard.push(JSON.parse(line.slice(6)))
    }
  })().catch(() => undefined)
  await until(() => heard.length > 0, 'the acknowledgement came')
  return { heard, leave: () => abort.abort() }
}

test('listeners of one client share a session, its stream and its subscriptions; each hears what it asked for', async () => {
  const everything = await listen(
    {
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: ['file:///a', 'file:///b'],
    },
    'one',
  )
  const resources = await listen({ resourceSubscriptions: ['file:///a'] }, 2)
  expect(everything.heard[0]).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      // The server does not tell of changed prompts.
      notifications: { toolsListChanged: true, resourceSubscriptions: ['file:///a', 'file:///b'] },
      _meta: { [SUBSCRIPTION]: 'one' },
    },
  })
  expect(t.server.sessions.size).toBe(1)
  expect(t.server.session.streams).toHaveLength(1)
  expect(t.server.of('resources/subscribe').map(({ rpc }) => rpc.params?.['uri'])).toEqual([
    'file:///a',
    'file:///b',
  ])
  await t.server.unasked('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}')
  await t.server.unasked('{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}')
  await t.server.unasked(
    '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"file:///a/part","x":1.0}}',
  )
  await until(
    () => resources.heard.length === 2 && everything.heard.length === 3,
    'both have heard',
  )
  expect(everything.heard[1]).toMatchObject({
    method: 'notifications/tools/list_changed',
    params: { _meta: { [SUBSCRIPTION]: 'one' } },
  })
  expect(resources.heard[1]).toMatchObject({
    method: 'notifications/resources/updated',
    params: { uri: 'file:///a/part', x: 1, _meta: { [SUBSCRIPTION]: 2 } },
  })
  everything.leave()
  await until(() => t.server.of('resources/unsubscribe').length === 1, 'b is let go')
  expect(t.server.of('resources/unsubscribe')[0]?.rpc.params).toEqual({ uri: 'file:///b' })
  resources.leave()
  await until(() => t.server.of('resources/unsubscribe').length === 2, 'a is let go')
})

test('a stream that is lost is opened again, and all that may have changed is told', async () => {
  const listener = await listen({ toolsListChanged: true, resourceSubscriptions: ['a:b'] }, 1)
  t.server.session.streams.at(-1)?.end()
  await until(() => listener.heard.length === 3, 'the client is told')
  expect(listener.heard.slice(1).map(({ method }) => method)).toEqual([
    'notifications/tools/list_changed',
    'notifications/resources/updated',
  ])
  listener.leave()
})

test('a session that is lost is opened anew with its subscriptions', async () => {
  const listener = await listen({ toolsListChanged: true, resourceSubscriptions: ['a:b'] }, 1)
  const { session } = t.server
  t.forget()
  session.streams.at(-1)?.end()
  await until(() => listener.heard.length === 3, 'the client is told')
  expect(t.server.session).not.toBe(session)
  const again = t.server.of('resources/subscribe').at(-1)
  expect(again?.session).toBe(t.server.session)
  await t.server.unasked('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}')
  await until(() => listener.heard.length === 4, 'it hears on')
  listener.leave()
})

test('of a server that tells nothing unasked nothing is promised', async () => {
  t.forget()
  t.server.hasStream = false
  await t.ask('tools/list')
  const listener = await listen({ toolsListChanged: true, resourceSubscriptions: ['a:b'] }, 9)
  expect(listener.heard[0]?.params?.['notifications']).toEqual({})
  listener.leave()
})

test('a filter that is none is refused', async () => {
  for (const notifications of [7, { toolsListChanged: 'yes' }, { resourceSubscriptions: [1] }]) {
    const { answer } = await t.ask('subscriptions/listen', { notifications })
    expect(answer.error?.code).toBe(-32602)
  }
})

test('many idle listeners of one client are one session with one stream', async () => {
  t.forget()
  await t.ask('tools/list')
  const listeners = await Promise.all(
    Array.from({ length: 200 }, (_, at) => listen({ toolsListChanged: true }, at + 1)),
  )
  expect(t.server.sessions.size).toBe(1)
  await t.server.unasked('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}')
  await until(() => listeners.every(({ heard }) => heard.length === 2), 'all have heard')
  for (const { leave } of listeners) leave()
  await until(() => t.bench.relay.load().calls === 0, 'all have left')
})
