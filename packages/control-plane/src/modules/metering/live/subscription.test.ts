import { createIds, systemClock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleEvent } from '../testing/sample-event.ts'
import { compareCursors, type LiveCursor } from './cursor.ts'
import { createSubscription, QUEUE_EVENTS_MAX, type LiveItem } from './subscription.ts'

const payerId = createIds(systemClock).make('org')
const START: LiveCursor = { transaction: 5n, seq: 0 }
const fed = (transaction: number, seq: number) => ({
  kind: 'usage' as const,
  cursor: { transaction: BigInt(transaction), seq },
  event: sampleEvent({ payerId, seq }),
})

describe('a reader’s queue', () => {
  test('never holds a call twice, nor one from before its start, whatever it is offered', async () => {
    const offers = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 })),
    )
    await fc.assert(
      fc.asyncProperty(offers, async (cursors) => {
        const subscription = createSubscription(START)
        for (const [transaction, seq] of cursors) subscription.offer(fed(transaction, seq))
        const sent: LiveCursor[] = []
        while (!subscription.isEmpty) {
          for (const item of (await subscription.take(3)) ?? []) {
            if (item.kind === 'usage') sent.push(item.cursor)
          }
        }
        for (const [index, cursor] of sent.entries()) {
          expect(compareCursors(cursor, sent[index - 1] ?? START)).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('ends with its last words, whatever still waited', async () => {
    const subscription = createSubscription(START)
    subscription.offer(fed(6, 1))
    subscription.end({ kind: 'signed_out' })
    subscription.offer(fed(6, 2))
    expect(await subscription.take(9)).toEqual([{ kind: 'signed_out' }])
    expect(await subscription.take(9)).toBeUndefined()
  })

  test('is bounded: every call is either sent or counted as dropped, in its place', async () => {
    const steps = fc.array(fc.oneof(fc.constant('take' as const), fc.integer({ min: 1, max: 700 })))
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const subscription = createSubscription(START)
        let offered = 0
        let told = 0
        const settle = (items: readonly LiveItem[]) => {
          for (const item of items) {
            if (item.kind === 'usage') {
              told += 1
              expect(item.cursor.seq).toBe(told)
            } else if (item.kind === 'dropped') {
              told += item.count
              expect(item.cursor.seq).toBe(told)
            }
          }
        }
        for (const step of plan) {
          if (step === 'take') {
            if (!subscription.isEmpty) settle((await subscription.take(64)) ?? [])
            continue
          }
          for (let call = 0; call < step; call += 1) subscription.offer(fed(6, (offered += 1)))
        }
        let waiting = 0
        while (!subscription.isEmpty) {
          const items = (await subscription.take(64)) ?? []
          waiting += items.length
          settle(items)
        }
        expect(told).toBe(offered)
        expect(waiting).toBeLessThanOrEqual(QUEUE_EVENTS_MAX + 1)
      }),
      { numRuns: 30 },
    )
  })

  test('lets its reader wait until there is something, or the end', async () => {
    const subscription = createSubscription(START)
    const waiting = subscription.take(1)
    subscription.offer(fed(6, 1))
    expect(await waiting).toMatchObject([{ kind: 'usage' }])
    const last = subscription.take(1)
    subscription.end()
    expect(await last).toBeUndefined()
  })
})
