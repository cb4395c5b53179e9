import fc from 'fast-check'
import { createIds, Problem } from '@mcp-orchestra/kernel'
import { expect, it } from 'vitest'
import type { JournalEntry } from '../../record/index.ts'
import { createFakeTime } from '../../record/testing.ts'
import { freeOf } from './held-lease.ts'
import { createLeaseBook } from './lease-book.ts'
import type { Reservation } from './lease-pool.ts'
import { createFakeLeases } from '../testing.ts'

type Action =
  | { readonly kind: 'reserve'; readonly amount: number }
  | { readonly kind: 'settle'; readonly which: number; readonly whole: boolean }
  | { readonly kind: 'recall'; readonly which: number }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'turn' }
  | { readonly kind: 'lose' }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      amount: fc.integer({ min: 1, max: 120 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(20),
      whole: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recall' as const), which: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.nat(40_000) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lose' as const }) },
)

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What the control plane would post from the journal: per lease, used + returned, until the close. */
type Posted = { used: bigint; returned: bigint; isClosed: boolean }

it('whatever happens, no lease is overspent, nothing is written after a close, and the balance comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const time = createFakeTime()
      const leases = createFakeLeases(1_000n)
      const { granted } = leases
      const posted = new Map<string, Posted>()
      function postedOf(leaseId: string): Posted {
        const known = posted.get(leaseId) ?? { used: 0n, returned: 0n, isClosed: false }
        posted.set(leaseId, known)
        expect(known.isClosed).toBe(false)
        return known
      }
      const journal = {
        append(entries: readonly JournalEntry[]) {
          for (const { text } of entries) {
            const record = JSON.parse(text) as { kind: string; leaseId: string; amount: string }
            const lease = postedOf(record.leaseId)
            if (record.kind === 'lease_return') lease.returned += BigInt(record.amount)
            if (record.kind === 'lease_close') lease.isClosed = true
          }
        },
      }
      const book = createLeaseBook({
        incarnationId: 'inc_1',
        journal,
        link: leases,
        clock: time,
        ids: createIds(time),
        timers: time,
        epoch: () => 1,
      })
      const open: Reservation[] = []
      const waiting: Promise<void>[] = []
      let spent = 0n

      function settle(which: number, whole: boolean): void {
        const [reservation] = open.splice(which % Math.max(1, open.length), 1)
        if (reservation === undefined) return
        const used = whole ? reservation.amount : 0n
        postedOf(reservation.leaseId).used += used
        spent += used
        reservation.settle(used)
      }

      function check(): void {
        for (const lease of book.leases()) {
          expect(freeOf(lease)).toBeGreaterThanOrEqual(0n)
          const ours = open.filter(({ leaseId }) => leaseId === lease.leaseId)
          const inFlight = ours.reduce((sum, { amount }) => sum + amount, 0n)
          expect(inFlight).toBeLessThanOrEqual(lease.inFlight)
        }
        for (const [leaseId, { used, returned }] of posted) {
          expect(used + returned).toBeLessThanOrEqual(granted.get(leaseId) ?? 0n)
        }
      }

      for (const step of actions) {
        switch (step.kind) {
          case 'reserve': {
            const reserving = (async () => {
              try {
                open.push(
                  await book.reserve(
                    { payerId: 'org_1', capIds: [], asset: 'USD' },
                    BigInt(step.amount),
                  ),
                )
              } catch (error) {
                if (!(error instanceof Problem)) throw error
              }
            })()
            waiting.push(reserving)
            break
          }
          case 'settle':
            settle(step.which, step.whole)
            break
          case 'recall':
            book.recall([`les_${step.which + 1}`])
            break
          case 'wait':
            time.advance(step.milliseconds)
            break
          case 'turn':
            await turn()
            break
          case 'lose':
            leases.loseAnswers += 1
        }
        check()
      }
      for (let round = 0; round < 40; round += 1) {
        await turn()
        time.advance(500)
      }
      await Promise.all(waiting)
      while (open.length > 0) settle(0, true)
      leases.loseAnswers = 0
      await book.drain()
      check()
      let back = 0n
      for (const [leaseId, amount] of granted) {
        expect(posted.get(leaseId)?.isClosed).toBe(true)
        back += amount - (posted.get(leaseId)?.used ?? 0n)
      }
      expect(leases.balance + back + spent).toBe(1_000n)
    }),
    { numRuns: 300 },
  )
})
