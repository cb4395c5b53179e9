import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { REQUEST_BYTES_MAX } from '../request-body.ts'
import { echo, MORE_THAN_BUFFERS, post, RawClient, Waiting, WireBenches } from './testing.ts'

const benches = new WireBenches()
const { start } = benches
afterEach(benches.end)

test('a client that sends on while its answer is pending is not read from', async () => {
  const waiting = new Waiting()
  const { port } = await start(waiting.carry)
  const client = await RawClient.open(port)
  const body = 'x'.repeat(1024 * 1024)
  const count = MORE_THAN_BUFFERS / body.length
  for (let sent = 0; sent < count; sent += 1) client.socket.write(post(body))
  const first = await waiting.at(0)
  for (let turns = 0; turns < 200; turns += 1) await turn()
  expect(client.socket.writableLength).toBeGreaterThan(MORE_THAN_BUFFERS / 4)
  expect(waiting.exchanges).toHaveLength(1)
  first.reply.json(200, '{}')
  for (let index = 1; index < count; index += 1) (await waiting.at(index)).reply.json(200, '{}')
  expect(await client.answered(count)).toHaveLength(count)
})

test('a body that had to wait until somebody asked for it comes whole', async () => {
  let letIn = (): void => undefined
  const admitted = new Promise<void>((resolve) => (letIn = resolve))
  const { port } = await start(async ({ reply, readBody }) => {
    await admitted
    reply.json(200, String((await readBody()).length))
  })
  const clients = await Promise.all(Array.from({ length: 8 }, () => RawClient.open(port)))
  const body = 'x'.repeat(REQUEST_BYTES_MAX)
  for (const { socket } of clients) socket.write(post(body))
  for (let turns = 0; turns < 200; turns += 1) await turn()
  letIn()
  for (const client of clients)
    expect((await client.answered(1))[0]?.body).toBe(String(REQUEST_BYTES_MAX))
})

test('a refused request costs no connection: its body is passed over, and the next request is read', async () => {
  const { port } = await start(echo)
  const client = await RawClient.open(port)
  const body = 'x'.repeat(300_000)
  const refused = post(body, { 'content-type': 'text/plain' })
  client.socket.write(refused.slice(0, 1_000))
  expect((await client.answered(1))[0]?.status).toBe(415)
  client.socket.write(refused.slice(1_000) + post('"next"'))
  expect((await client.answered(2))[1]?.body).toContain('next')
})

test('a connection goes to node:http in the middle of its life, and stays', async () => {
  const { port } = await start(echo)
  const client = await RawClient.open(port)
  const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
  client.socket.write(post('1') + get + post('2') + post('3') + get)
  const bodies = (await client.answered(5)).map(({ body }) => body)
  expect(bodies.map((body) => /"body":"(\d)"/.exec(body)?.[1] ?? 'ok')).toEqual([
    '1',
    'ok',
    '2',
    '3',
    'ok',
  ])
})

test.each([
  ['too long', '{}x'],
  ['too short', '{'],
])('an answer that is %s for its stated length ends the connection', async (_what, body) => {
  const { port } = await start(async ({ reply, readBody }) => {
    await readBody()
    reply.startRaw(200, { 'content-length': '2' })
    await reply.bytes(Buffer.from(body))
    reply.end()
  })
  const client = await RawClient.open(port)
  client.socket.write(post('{}') + post('{}'))
  await client.closed
  expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
})
