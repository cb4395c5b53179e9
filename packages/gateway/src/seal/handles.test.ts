import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import type { HandleCodec } from './handle-codec.ts'
import { createRequestStates, REQUEST_STATE_LIFE_MS, type RequestState } from './request-state.ts'
import { createSeal } from './seal.ts'
import { createSessionTokens, SESSION_TOKEN_LIFE_MS, type SessionToken } from './session-token.ts'
import { createTaskHandles, TASK_HANDLE_LIFE_MS, type TaskHandle } from './task-handle.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
let nowMs = 1_000_000
const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
const version = fc.option(fc.nat())
const text = fc.string({ unit: 'grapheme' })

const states: fc.Arbitrary<RequestState> = fc.record({
  inner: fc.option(text),
  serverId: text,
  method: text,
  target: text,
  priceVersion: version,
  slot: fc.option(text),
})
const tasks: fc.Arbitrary<TaskHandle> = fc.record({
  serverId: text,
  taskId: text,
  tool: text,
  priceVersion: version,
  purchaseKey: text,
})
const keptByServer = { serverId: text, sessionId: fc.option(text), revision: fc.option(text) }
const offer = fc.record({ lists: fc.nat(7), subscribe: fc.boolean(), logging: fc.boolean() })
const link = fc.oneof(fc.record(keptByServer), fc.record({ ...keptByServer, offer }))
const sessions: fc.Arbitrary<SessionToken> = fc.record({
  id: text,
  slot: text,
  endpointId: text,
  revision: text,
  place: text,
  rest: fc.option(
    fc.record({
      greeting: text,
      links: fc.array(link, { maxLength: 4 }),
      needsNotes: fc.boolean(),
    }),
  ),
})

describe.each([
  { kind: 'request state', life: REQUEST_STATE_LIFE_MS, ...pair(createRequestStates, states) },
  { kind: 'task handle', life: TASK_HANDLE_LIFE_MS, ...pair(createTaskHandles, tasks) },
  { kind: 'session token', life: SESSION_TOKEN_LIFE_MS, ...pair(createSessionTokens, sessions) },
])('the $kind', ({ life, check }) => {
  test('opens to what was sealed, for whom it was sealed, as header-safe text', () => {
    check((codec, value, owner) => {
      const sealed = codec.seal(value, owner)
      expect(sealed).toMatch(/^[\w-]+$/)
      expect(codec.open(sealed, owner)).toEqual({ kind: 'sound', value })
    })
  })

  test('opens for nobody else', () => {
    check((codec, value, owner) => {
      const refused = { kind: 'refused', fault: 'unreadable' }
      expect(codec.open(codec.seal(value, owner), `${owner}!`)).toEqual(refused)
    })
  })

  test('neither throws nor opens when any one character was changed, cut, added or swapped', () => {
    check((codec, value, owner, seed) => {
      const sealed = codec.seal(value, owner)
      const at = seed.at % sealed.length
      for (const mutated of [
        sealed.slice(0, at) + seed.text + sealed.slice(at + 1),
        sealed.slice(0, at),
        sealed.slice(at + 1),
        sealed + seed.text,
        seed.text + sealed,
        sealed.slice(at) + sealed.slice(0, at),
      ]) {
        if (mutated !== sealed) expect(codec.open(mutated, owner).kind).toBe('refused')
      }
    })
  })

  test('neither throws nor opens on any other text', () => {
    check((codec, _value, owner, seed) => {
      for (const made of [seed.text, '', '{}', `${seed.text}.${seed.text}`])
        expect(codec.open(made, owner).kind).toBe('refused')
    })
  })

  test('opens until its life is over, and not a millisecond longer', () => {
    check((codec, value, owner) => {
      const sealed = codec.seal(value, owner)
      nowMs += life - 1
      expect(codec.open(sealed, owner).kind).toBe('sound')
      nowMs += 1
      expect(codec.open(sealed, owner)).toEqual({ kind: 'refused', fault: 'expired' })
    })
  })
})

test('what another version sealed and is no JSON, or of another form, is refused and throws nothing', () => {
  const seal = createSeal('task', () => KEY)
  const codec = createTaskHandles(() => KEY, clock)
  for (const text of ['', 'no JSON', '[]', '[1e9,{}]', 'null']) {
    const refused = { kind: 'refused', fault: 'unreadable' }
    expect(codec.open(seal.seal(text, 'alice'), 'alice')).toEqual(refused)
  }
})

test('a handle of one kind never opens as another, nor under another key', () => {
  const value = {
    serverId: 's',
    taskId: 't',
    tool: 'x',
    priceVersion: null,
    purchaseKey: 'k',
  }
  const sealed = createTaskHandles(() => KEY, clock).seal(value, 'alice')
  const other = Buffer.alloc(32, 8).toString('base64')
  expect(createRequestStates(() => KEY, clock).open(sealed, 'alice').kind).toBe('refused')
  expect(createSessionTokens(() => KEY, clock).open(sealed, 'alice').kind).toBe('refused')
  expect(createTaskHandles(() => other, clock).open(sealed, 'alice').kind).toBe('refused')
})

type Seed = { readonly at: number; readonly text: string }

/** Ties a codec to the values that it seals, so that the tests above can be the same for all kinds. */
function pair<T>(
  create: (key: () => string, at: Clock) => HandleCodec<T>,
  values: fc.Arbitrary<T>,
): {
  check(
    property: (codec: HandleCodec<unknown>, value: unknown, owner: string, seed: Seed) => void,
  ): void
} {
  const codec = create(() => KEY, clock)
  const untyped: HandleCodec<unknown> = {
    seal: (value, owner) => codec.seal(value as T, owner),
    open: (sealed, owner) => codec.open(sealed, owner),
  }
  const seeds = fc.record({ at: fc.nat(), text: fc.string({ minLength: 1 }) })
  return {
    check: (property) =>
      fc.assert(
        fc.property(values, fc.string(), seeds, (value, owner, seed) =>
          property(untyped, value, owner, seed),
        ),
      ),
  }
}
