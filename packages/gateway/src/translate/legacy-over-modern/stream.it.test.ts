import { describe, expect, test } from 'vitest'
import { until } from '../../listen/testing-upstream.ts'
import { META, ScriptedModern } from './testing-scripted.ts'
import { readMessages, type RawLegacy, type RawMessage } from './testing.ts'

const t = new ScriptedModern()

describe('the stream of a legacy session', () => {
  const tell = (method: string, more: object = {}): void => {
    for (const { asked, response } of t.got('subscriptions/listen')) {
      const params = { ...more, _meta: { [`${META}/subscriptionId`]: asked.id } }
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`)
    }
  }
  const CHANGED = 'notifications/tools/list_changed'

  /** Opens a stream and collects what is heard. */
  async function hear(client: RawLegacy, signal: AbortSignal): Promise<RawMessage[]> {
    const heard: RawMessage[] = []
    const response = await client.stream(signal)
    expect(response.status).toBe(200)
    void (async () => {
      for await (const message of readMessages(response)) heard.push(message)
    })().catch(() => undefined)
    return heard
  }

  test('of forty sessions of one key is one stream of the server; each hears the change without its subscription', async () => {
    const leave = new AbortController()
    const clients = await Promise.all(Array.from({ length: 40 }, () => t.open()))
    const heard = await Promise.all(clients.map((client) => hear(client, leave.signal)))
    await until(() => t.got('subscriptions/listen').length === 1, 'the server is listened to')
    tell(CHANGED)
    await until(() => heard.every((one) => one.length === 1), 'all have heard')
    expect(heard[7]).toEqual([{ jsonrpc: '2.0', method: CHANGED, params: {} }])
    expect(t.got('subscriptions/listen')).toHaveLength(1)
    leave.abort()
    await until(() => t.bench.relay.load().sockets === 0, 'the last one closes it')
  })

  test('that breaks at the server is opened again, and what may have been missed is told', async () => {
    const leave = new AbortController()
    const client = await t.open()
    await client.ask('resources/subscribe', { uri: 'x://1' })
    const heard = await hear(client, leave.signal)
    await until(
      () => t.got('subscriptions/listen').length === 2,
      'lists and resources are listened to',
    )
    // Nobody heard of the resource from its subscription to now.
    await until(() => heard.length === 1, 'the resource is told')
    for (const { response } of t.got('subscriptions/listen')) response.end()
    await until(() => t.got('subscriptions/listen').length === 4, 'both are opened again')
    await until(() => heard.length === 3, 'both are told')
    const [first, ...others] = heard.map(({ method }) => method)
    expect(first).toBe('notifications/resources/updated')
    expect(new Set(others)).toEqual(new Set(['notifications/resources/updated', CHANGED]))
    leave.abort()
    await until(() => t.bench.relay.load().sockets === 0, 'nobody listens any more')
  })

  test('tells of every resource that was subscribed at once, and of none after it was given up', async () => {
    const leave = new AbortController()
    const client = await t.open()
    const heard = await hear(client, leave.signal)
    const uris = ['x://1', 'x://2', 'x://3']
    await Promise.all(uris.map((uri, at) => client.ask('resources/subscribe', { uri }, at)))
    const openUris = (): unknown[] =>
      t
        .got('subscriptions/listen')
        .filter(({ response }) => !response.destroyed && !response.writableEnded)
        .map(
          ({ asked }) =>
            (asked.params['notifications'] as Record<string, unknown>)['resourceSubscriptions'],
        )
        .filter((one) => one !== undefined)
    await until(() => openUris().length === 1, 'one stream is left for the resources')
    expect(openUris()).toEqual([uris])
    await Promise.all(uris.map((uri, at) => client.ask('resources/unsubscribe', { uri }, at)))
    await until(() => openUris().length === 0, 'none is left')
    expect(heard).toEqual([])
    leave.abort()
    await until(() => t.bench.relay.load().sockets === 0, 'nobody listens any more')
  })
})
