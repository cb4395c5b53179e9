import { afterEach, expect, test } from 'vitest'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { ClientExchange } from '../http-listener.ts'
import { echo, post, RawClient, WireBenches } from './testing.ts'

const benches = new WireBenches()
const { start } = benches
afterEach(benches.end)

const answers: Record<string, (exchange: ClientExchange) => Promise<void>> = {
  'a JSON text': echo,
  'a refusal': async ({ readBody }) => {
    await readBody()
    throw new Error('a bug')
  },
  'no body': async ({ reply, readBody }) => {
    await readBody()
    reply.empty(202)
  },
  'nothing at all': async ({ reply, readBody }) => {
    await readBody()
    reply.empty(204)
  },
  events: async ({ reply, readBody }) => {
    await readBody()
    reply.startEvents()
    await reply.event(messageEvent('\u00e9\u4e2d'))
    reply.end()
  },
  'a JSON text in parts': async ({ reply, readBody }) => {
    await readBody()
    reply.startJson(200)
    await reply.bytes(Buffer.from('{"a":'))
    await reply.bytes(Buffer.from('1}'))
    reply.end()
  },
  'an answer of another gateway': async ({ reply, readBody }) => {
    await readBody()
    reply.startRaw(200, { 'x-a': 'b', 'content-length': '2' })
    await reply.bytes(Buffer.from('{}'))
    reply.end()
  },
  'the last answer': async ({ reply, readBody }) => {
    await readBody()
    reply.setHeader('connection', 'close')
    reply.json(200, '{}')
  },
}

test.each(Object.keys(answers))('%s is what node:http would have sent', async (name) => {
  const texts: string[] = []
  for (const fastPath of [true, false]) {
    const bench = await start(answers[name] ?? echo, { fastPath })
    const client = await RawClient.open(bench.port)
    const end = name === 'the last answer' ? '' : 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
    client.socket.write(post('{"a":"\u00e9"}'))
    await client.answered(1)
    client.socket.write(end)
    await (end === '' ? client.closed : client.answered(2))
    bench.bugs.splice(0)
    const text = client.text.replace(/Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'Date: -')
    texts.push(text.replace(/req_\w+/g, 'req_-'))
  }
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]).toContain('Date: -')
})
