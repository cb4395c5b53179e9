import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  begin,
  end,
  ENDED_MAX,
  hear,
  MESSAGES_MAX,
  NO_CALLS,
  show,
  shownCall,
  type Call,
  type CallLog,
} from './call-record.ts'

const CALL: Omit<Call, 'id'> = {
  alias: 'everything',
  tool: 'echo',
  args: {},
  price: undefined,
  paramHeaders: {},
  startedAtMs: 0,
}

function after(count: number): CallLog {
  let log = NO_CALLS
  for (let made = 0; made < count; made += 1) {
    log = begin(log, CALL)
    log = end(log, log.lastId, { kind: 'cancelled' }, 1)
  }
  return log
}

test('whatever happens in whatever order: one call at a time, at most twenty kept, newest first', () => {
  const step = fc.constantFrom<(log: CallLog, id: number) => CallLog>(
    (log) => begin(log, CALL),
    (log, id) => end(log, id, { kind: 'cancelled' }, 1),
    (log, id) => hear(log, id, { message: 'm' }),
    (log, id) =>
      hear(log, id, { frame: { direction: 'sent', text: 'x' }, progress: { progress: 1 } }),
    (log, id) => show(log, id),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat(30)), { maxLength: 200 }), (steps) => {
      let log = NO_CALLS
      for (const [take, id] of steps) log = take(log, id)
      const ids = log.ended.map((record) => record.id)
      expect(ids).toEqual(ids.toSorted((a, b) => b - a))
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeLessThanOrEqual(ENDED_MAX)
      if (log.running !== undefined)
        expect(shownCall({ ...log, shownId: log.running.id })).toBe(log.running)
    }),
  )
})

test('a second call is not begun while one runs', () => {
  const log = begin(NO_CALLS, CALL)
  expect(begin(log, CALL)).toBe(log)
})

test('what is heard of a call that ended changes nothing', () => {
  const log = after(1)
  expect(hear(log, 1, { message: 'late' })).toBe(log)
  expect(end(log, 1, { kind: 'cancelled' }, 2)).toBe(log)
})

test('a talkative server fills no memory', () => {
  let log = begin(NO_CALLS, CALL)
  for (let count = 0; count < MESSAGES_MAX * 2; count += 1)
    log = hear(log, 1, { message: `m${count}` })
  expect(log.running?.messages).toHaveLength(MESSAGES_MAX)
  expect(log.running?.messages.at(-1)).toBe(`m${MESSAGES_MAX * 2 - 1}`)
})

test('large results push older calls out, never the newest', () => {
  let log = NO_CALLS
  for (let count = 0; count < 3; count += 1) {
    log = begin(log, CALL)
    log = hear(log, log.lastId, { frame: { direction: 'received', text: 'x'.repeat(12_000_000) } })
    log = end(log, log.lastId, { kind: 'cancelled' }, 1)
  }
  expect(log.ended.map(({ id }) => id)).toEqual([3])
})
