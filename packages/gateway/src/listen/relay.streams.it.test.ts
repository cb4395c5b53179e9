import { expect, test } from 'vitest'
import { benchServer, startRelayBench } from './testing.ts'
import { modernRequest, resultFor } from './testing-messages.ts'
import { call, events, json } from './testing-modern.ts'
import { startUpstream, until } from './testing-upstream.ts'

/** More than calls may have sockets to one server. */
const STREAMS = 520

test('streams that wait for news take no socket from the calls of the same server', async () => {
  let open = 0
  const upstream = await startUpstream((_request, response, body) => {
    if (!body.includes('subscriptions/listen'))
      return json(response, resultFor(body, { content: [] }))
    const acknowledged = 'notifications/subscriptions/acknowledged'
    events(response, JSON.stringify({ jsonrpc: '2.0', method: acknowledged, params: {} }))
    open += 1
  })
  const transport = { kind: 'http', url: upstream.url }
  const limits = { concurrentCallsMax: 2 * STREAMS }
  const bench = await startRelayBench({ servers: [benchServer('server', transport, { limits })] })
  const leave = new AbortController()
  const listen = modernRequest('subscriptions/listen', { notifications: {} })
  const streams = Array.from({ length: STREAMS }, () =>
    fetch(bench.endpoint('server'), { ...listen, signal: leave.signal }).catch(() => undefined),
  )
  await until(() => open === STREAMS, 'every stream is open')
  const served = await fetch(bench.endpoint('server'), call('free'))
  expect(served.status).toBe(200)
  leave.abort()
  await Promise.all(streams)
  await until(() => bench.relay.load().calls === 0, 'every stream has ended')
  await bench.close()
  await upstream.stop()
  expect(bench.bugs).toEqual([])
}, 30_000)
