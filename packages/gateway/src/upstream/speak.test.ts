import { beforeEach, expect, test } from 'vitest'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import { Cancel } from '../cancel.ts'
import { createEraBook } from '../health/era-book.ts'
import { sampleServer } from '../snapshot/testing.ts'
import type { ModernRequest, ModernUpstream } from './modern-upstream.ts'
import { NotThisEra } from './not-this-era.ts'
import { refuseUpstream } from './problems.ts'
import { createModernUpstream } from './speak.ts'
import type { UpstreamResponse } from './upstream.ts'

/** A verdict that is younger is not doubted, in milliseconds. */
const SURE_MS = 5_000

const REQUEST: ModernRequest = {
  caller: undefined,
  text: '{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
  id: 1,
  method: 'tools/call',
  headers: {},
  signal: new Cancel().signal,
  heldBytesMax: 1_000,
}
const RESULT = message(200, '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete"}}')
const REFUSED_TO_GREET = refuseUpstream('upstream.failed', { detail: 'it refused to initialize' })

/** What the server speaks, how it answers who speaks otherwise, and what was asked of it. */
let speaks: 'legacy' | 'modern'
let nowMs: number
let odd: UpstreamResponse
let asked: string[]

beforeEach(() => {
  speaks = 'legacy'
  nowMs = 0
  odd = { status: 400, sessionId: undefined, body: { kind: 'none', detail: '' } }
  asked = []
})

function message(status: number, text: string): UpstreamResponse {
  return { status, sessionId: undefined, body: { kind: 'message', text } }
}

function upstream(): ModernUpstream {
  const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
  const speech = createEraBook(clock, () => {
    asked.push('visit')
    return Promise.resolve({ era: speaks, revision: '', isDual: false })
  })
  const never = (): never => {
    throw new Error('no session is opened here')
  }
  return createModernUpstream({
    speech,
    legacyNative: never,
    legacyOverModern: never,
    modernNative: {
      send() {
        asked.push('modern')
        return Promise.resolve(speaks === 'modern' ? RESULT : odd)
      },
    },
    modernOverLegacy: {
      send() {
        asked.push('legacy')
        return speaks === 'legacy'
          ? Promise.resolve(RESULT)
          : Promise.reject(new NotThisEra(REFUSED_TO_GREET))
      },
    },
  })
}

const AUTO = sampleServer('a', { era: 'auto' })

test('a legacy server that became modern is visited again, and the request is sent once more in its era', async () => {
  const { send } = upstream()
  await send(AUTO, REQUEST)
  speaks = 'modern'
  nowMs += SURE_MS
  await expect(send(AUTO, REQUEST)).resolves.toBe(RESULT)
  expect(asked).toEqual(['visit', 'legacy', 'legacy', 'visit', 'modern'])
  await send(AUTO, REQUEST)
  expect(asked.slice(5)).toEqual(['modern'])
})

test.each([
  ['without a word', () => odd],
  ['because there is no session', () => message(400, '{"error":{"code":-32000,"message":"m"}}')],
  ['because it does not know the path', () => message(404, '{"error":{"code": -32001}}')],
])('a modern server that became legacy is found out when it refuses %s', async (_how, answer) => {
  speaks = 'modern'
  const { send } = upstream()
  await send(AUTO, REQUEST)
  speaks = 'legacy'
  odd = answer()
  nowMs += SURE_MS
  await expect(send(AUTO, REQUEST)).resolves.toBe(RESULT)
  expect(asked).toEqual(['visit', 'modern', 'modern', 'visit', 'legacy'])
})

test('what a modern server refuses as such is no evidence: its answer stands, and nobody visits', async () => {
  speaks = 'modern'
  const { send } = upstream()
  await send(AUTO, REQUEST)
  speaks = 'legacy'
  nowMs += SURE_MS
  for (const code of [-32_020, -32_021, -32_022, -32_601, -32_602]) {
    odd = message(400, `{"jsonrpc":"2.0","id":1,"error":{"code":${code},"message":"m"}}`)
    await expect(send(AUTO, REQUEST)).resolves.toBe(odd)
  }
  odd = { status: 503, sessionId: undefined, body: { kind: 'none', detail: '' } }
  await expect(send(AUTO, REQUEST)).resolves.toBe(odd)
  expect(asked.filter((what) => what === 'visit')).toHaveLength(1)
})

test('a verdict that was just given is not doubted: a server that answers oddly is not visited at each call', async () => {
  const { send } = upstream()
  await send(AUTO, REQUEST)
  speaks = 'modern'
  nowMs += SURE_MS - 1
  await expect(send(AUTO, REQUEST)).rejects.toBe(REFUSED_TO_GREET)
  expect(asked).toEqual(['visit', 'legacy', 'legacy'])
})

test('a server that is visited and still speaks what it spoke has failed', async () => {
  const { send } = upstream()
  speaks = 'modern'
  await send(AUTO, REQUEST)
  nowMs += SURE_MS
  const own = message(404, '{"error":{"code":-32001,"message":"of its own"}}')
  const visited = createModernUpstream({
    speech: createEraBook({ now: () => instant(nowMs), monotonicMs: () => nowMs }, () =>
      Promise.resolve({ era: 'modern', revision: '', isDual: false }),
    ),
    legacyNative: () => never(),
    legacyOverModern: () => never(),
    modernNative: { send: () => Promise.resolve(own) },
    modernOverLegacy: { send: () => Promise.reject(new Error('the other era is not tried')) },
  })
  await expect(visited.send(AUTO, REQUEST)).resolves.toBe(own)
})

test('an era that was set by hand is never doubted', async () => {
  const { send } = upstream()
  speaks = 'modern'
  await expect(send(sampleServer('b', { era: 'legacy' }), REQUEST)).rejects.toBe(REFUSED_TO_GREET)
  speaks = 'legacy'
  await expect(send(sampleServer('c', { era: 'modern' }), REQUEST)).resolves.toBe(odd)
  expect(asked).toEqual(['legacy', 'modern'])
})

function never(): never {
  throw new Error('no session is opened here')
}
