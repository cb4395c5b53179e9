import { heldEvents } from '../../upstream/held-events.ts'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Cancel } from '../../cancel.ts'
import { dataOf } from '../../protocol/sse/event.ts'
import { sampleCaller } from '../../route/aggregate/testing.ts'
import { sampleServer } from '../../snapshot/testing.ts'
import type { ModernRequest } from '../../upstream/modern-upstream.ts'
import type { SendOptions, UpstreamLink, UpstreamResponse } from '../../upstream/upstream.ts'
import { createLegacyOverModern } from './link.ts'

const TEN_MINUTES_MS = 600_000
const ELICITATION = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
}
const clock: Clock = { now: () => instant(0), monotonicMs: () => 0 }

let asked: ModernRequest[]
let minted: number

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  minted = 0
})
afterEach(() => void vi.useRealTimers())

/** A greeted session with a modern server that asks its client one thing in each call. */
async function greeted(): Promise<UpstreamLink> {
  const mintId = (): number => (minted += 1)
  const open = createLegacyOverModern({
    mintId,
    clock,
    doubt: () => undefined,
    modern: {
      send(_server, request) {
        asked.push(request)
        const result =
          request.method === 'server/discover'
            ? { supportedVersions: ['2026-07-28'], capabilities: { prompts: {} } }
            : request.text.includes('inputResponses')
              ? { resultType: 'complete', messages: [] }
              : { resultType: 'input_required', inputRequests: { who: ELICITATION } }
        const text = JSON.stringify({ jsonrpc: '2.0', id: request.id, result })
        return Promise.resolve({
          status: 200,
          sessionId: undefined,
          body: { kind: 'message', text },
        })
      },
    },
  })
  const link = open(sampleServer('a', { era: 'modern' }), {
    caller: sampleCaller('key_01'),
    revision: '2025-11-25',
    declaresReverse: true,
  })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 't', version: '1' },
  }
  await send(link, 'initialize', params)
  return link
}

function send(
  link: UpstreamLink,
  method: string,
  params: object,
  deadline?: SendOptions['deadline'],
): Promise<UpstreamResponse> {
  const id = 1_000
  return link.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), {
    method,
    id,
    headers: {},
    signal: new Cancel().signal,
    heldBytesMax: 1_000_000,
    ...(deadline === undefined ? {} : { deadline }),
  })
}

/** Begins a call and reads its messages until it ends, as a relay does. */
async function converse(link: UpstreamLink) {
  const turns: string[] = []
  const deadline = {
    pauseDeadline: () => void turns.push('paused'),
    resumeDeadline: () => void turns.push('resumed'),
  }
  const { body } = await send(link, 'prompts/get', { name: 'p' }, deadline)
  if (body.kind !== 'events') throw new Error('the server did not ask')
  const messages: { id?: number; method?: string; params?: object; result?: object }[] = []
  const over = (async () => {
    for await (const event of heldEvents(body.events))
      messages.push(JSON.parse(dataOf(event) ?? '') as (typeof messages)[number])
  })()
  // Whoever awaits it hears of it.
  over.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(0)
  return { over, messages, turns }
}

test('a question that is not answered within ten minutes is taken back, and the call ends without a charge', async () => {
  const { over, messages, turns } = await converse(await greeted())
  await vi.advanceTimersByTimeAsync(TEN_MINUTES_MS - 1)
  expect(messages.map(({ method }) => method)).toEqual(['elicitation/create'])
  expect(turns).toEqual(['paused'])
  await vi.advanceTimersByTimeAsync(1)
  await expect(over).rejects.toMatchObject({
    outcome: 'cancelled',
    problem: { code: 'translate.input_unanswered' },
  })
  expect(messages[1]).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: messages[0]?.id },
  })
  expect(turns).toEqual(['paused', 'resumed'])
  expect(asked.map(({ method }) => method)).toEqual(['server/discover', 'prompts/get'])
})

test('an answer in the last moment goes on with the call, and no timer is left', async () => {
  const link = await greeted()
  const { over, messages } = await converse(link)
  await vi.advanceTimersByTimeAsync(TEN_MINUTES_MS - 1)
  const answer = { jsonrpc: '2.0', id: messages[0]?.id, result: { action: 'accept', content: {} } }
  await link.send(JSON.stringify(answer), {
    method: '',
    id: undefined,
    headers: {},
    signal: new Cancel().signal,
    heldBytesMax: 1_000,
  })
  await over
  expect(messages.at(-1)?.result).toEqual({ messages: [] })
  expect(asked.at(-1)?.text).toContain('"inputResponses":{"who":{"action":"accept"')
  expect(vi.getTimerCount()).toBe(0)
})
