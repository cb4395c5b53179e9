import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { resultFor } from './testing-messages.ts'
import { call, events, json, ModernBench } from './testing-modern.ts'
import { until } from './testing-upstream.ts'

const m = new ModernBench()

/** More than the pool of one server has connections: were one lost with each client, none would be left. */
const CLIENTS_THAT_LEAVE = 560
const AT_ONCE = 80
/** One event fills every buffer between the server and a client that does not read. */
const EVENT_CHARS = 1024 * 1024

/** A client that asks for a stream and reads nothing of it. */
async function askAndLook(): Promise<Socket> {
  const { hostname, port } = new URL(m.bench.url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => undefined)
  socket.pause()
  await once(socket, 'connect')
  const { headers, body } = call('paid')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = `content-length: ${Buffer.byteLength(body)}\r\n\r\n`
  socket.write(
    `POST /s/server/mcp HTTP/1.1\r\nhost: ${hostname}\r\n${lines.join('')}${length}${body}`,
  )
  return socket
}

test('clients that drop full streams in flight take no pooled connection with them: the next ones are served as before', async () => {
  const params = { level: 'info', data: 'z'.repeat(EVENT_CHARS) }
  const message = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })
  let held = 0
  let closed = 0
  m.answer = ({ response }) => {
    events(response)
    for (let isHeld = false; !isHeld;) isHeld = !response.write(`data: ${message}\n\n`)
    held += 1
    response.on('close', () => (closed += 1))
  }
  for (let gone = 0; gone < CLIENTS_THAT_LEAVE; gone += AT_ONCE) {
    const clients = await Promise.all(Array.from({ length: AT_ONCE }, askAndLook))
    await until(() => held === gone + AT_ONCE, 'every stream has begun, and waits for its reader')
    for (const client of clients) client.resetAndDestroy()
    await until(() => closed === gone + AT_ONCE, 'every stream at the server is closed')
  }
  await until(() => m.bench.ledger.length === CLIENTS_THAT_LEAVE, 'every call is settled')
  expect(new Set(m.outcomes())).toEqual(new Set(['cancelled']))
  expect(m.bench.relay.load()).toMatchObject({ calls: 0, sockets: 0 })

  m.answer = ({ response, body }) => json(response, resultFor(body, { content: [] }))
  const served = await Promise.all(
    Array.from({ length: 200 }, async () => (await m.post(call('paid'))).status),
  )
  expect(new Set(served)).toEqual(new Set([200]))
}, 60_000)
