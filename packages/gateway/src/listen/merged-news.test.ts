import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readMessage } from '../protocol/message.ts'
import { dataOf } from '../protocol/sse/event.ts'
import type { Endpoint } from '../route/endpoint.ts'
import { sampleCaller } from '../route/aggregate/testing.ts'
import { sampleServer } from '../snapshot/testing.ts'
import type { UpstreamLink } from '../upstream/upstream.ts'
import { inboundAt, MergedNews } from './merged-news.ts'
import type { Reply } from './reply.ts'
import { ClientSession } from './session/client-session.ts'
import { SILENT_GREETING } from './session/greeting.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const notice = (method: string, params: object = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', method: `notifications/${method}`, params })

/** A session at an endpoint over many servers, told of these capabilities. */
function streamOf(capabilities: object): {
  news: MergedNews
  session: ClientSession
  endpoint: Endpoint
  link: UpstreamLink
  told: string[]
  change: () => void
  hear: (text: string) => unknown
} {
  const told: string[] = []
  const session = new ClientSession({
    id: 'session',
    endpointId: 'mcp',
    caller: sampleCaller('key_01'),
    greeting: SILENT_GREETING,
    openLink: () => {
      throw new Error('no link is opened here')
    },
    mintId: () => 1,
  })
  session.greetingResult = JSON.stringify({ capabilities })
  let change = (): void => undefined
  const endpoint: Endpoint = {
    id: 'mcp',
    server: undefined,
    resolve: () => Promise.reject(new Error('nothing is asked here')),
    shownUri: (_reader, { alias }, uri) => (uri === 'x://1' ? `x://~${alias}/1` : uri),
    watchLists: (_caller, onChanged) => {
      change = onChanged
      return () => (change = () => undefined)
    },
  }
  const reply: Pick<Reply, 'event'> = {
    event: (event) => {
      told.push((JSON.parse(dataOf(event) ?? '') as { method: string }).method)
      return Promise.resolve()
    },
  }
  const news = new MergedNews({ session, endpoint }, reply, () => undefined)
  const link = { server: sampleServer('b') } as UpstreamLink
  const inbound = news.inboundOf(link)
  const hear = (text: string): unknown => inbound(readMessage(text))
  return { news, session, endpoint, link, told, change: () => change(), hear }
}

test('changes of one list within a moment, of servers and of the configuration, are told once', async () => {
  const { change, hear, told } = streamOf({ tools: { listChanged: true } })
  for (let time = 0; time < 3; time += 1)
    expect(hear(notice('tools/list_changed'))).toEqual({ kind: 'drop' })
  change()
  await vi.advanceTimersByTimeAsync(100)
  expect(told).toEqual(['notifications/tools/list_changed'])
  change()
  await vi.advanceTimersByTimeAsync(100)
  expect(told).toHaveLength(2)
})

test('of a list that the client was not told may change it hears nothing, on no stream', async () => {
  const stream = streamOf({ tools: {}, prompts: { listChanged: true } })
  const { change, endpoint, hear, link, session, told } = stream
  hear(notice('tools/list_changed'))
  hear(notice('resources/list_changed'))
  change()
  await vi.advanceTimersByTimeAsync(100)
  expect(told).toEqual(['notifications/prompts/list_changed'])
  const ofCall = inboundAt({ endpoint, session }, link)
  expect(ofCall(readMessage(notice('tools/list_changed')))).toEqual({ kind: 'drop' })
  expect(ofCall(readMessage(notice('prompts/list_changed')))).toMatchObject({ kind: 'forward' })
})

test('an updated resource has the name by which the client reaches it, and every other byte stays', () => {
  const { hear } = streamOf({})
  const text = notice('resources/updated', { uri: 'x://1', own: 1 })
  expect(hear(text)).toEqual({ kind: 'forward', text: text.replace('x://1', 'x://~b/1') })
  const other = notice('resources/updated', { uri: 'x://2' })
  expect(hear(other)).toEqual({ kind: 'forward', text: other })
})

test('a stream that is over tells nothing any more', async () => {
  const { change, hear, news, told } = streamOf({ tools: { listChanged: true } })
  hear(notice('tools/list_changed'))
  news.close()
  change()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toEqual([])
})
