import { expect, it } from 'vitest'
import { apply, grant } from './database-steps.ts'
import { explore, type Stepper } from './explore.ts'
import type { World } from './model.ts'
import { steps } from './steps.ts'

const world = (part: Partial<World>): World => ({
  balance: 2,
  cap: 2,
  leaseSize: 2,
  leases: 2,
  calls: 2,
  slots: 1,
  faults: 0,
  backups: false,
  keyed: false,
  ...part,
})

/** Far above what any world here has: reaching it means that a world grew, and fails the test. */
const STATES_MAX = 1_500_000

it.each([
  ['two gateways share a balance', world({ slots: 2, balance: 3, calls: 1 })],
  ['two gateways share a cap, unit by unit', world({ slots: 2, leaseSize: 1 })],
  ['a gateway crashes at any write', world({ faults: 1 })],
  ['a gateway crashes twice', world({ faults: 2, calls: 1 })],
  ['one of two gateways crashes or is lost', world({ slots: 2, faults: 1, calls: 1, balance: 1 })],
  ['one keyed purchase arrives at two gateways', world({ slots: 2, keyed: true, leaseSize: 1 })],
  ['an older database is restored', world({ faults: 1, backups: true })],
  ['a restore and a crash meet', world({ faults: 2, backups: true, calls: 1, leases: 1 })],
])(
  'every promise of the spending protocol holds in every interleaving when %s',
  (_, bounds) => {
    const { broken, complete } = explore(bounds, STATES_MAX)
    expect(broken).toBeUndefined()
    expect(complete).toBe(true)
  },
  120_000,
)

/** Faults planted one at a time: an explorer that cannot find them proves nothing. */
const planted: readonly (readonly [string, Stepper, World])[] = [
  [
    'every sequence posts once',
    function* (bounds, state) {
      yield* steps(bounds, state)
      const entry = state.slots[0]?.journals[0]?.durable[0]
      if (entry?.kind !== 'usage') return
      yield { name: 'ship twice', next: { ...state, database: apply(state.database, 1, entry) } }
    },
    world({}),
  ],
  [
    'no acknowledged usage is lost',
    function* (bounds, state) {
      for (const step of steps(bounds, state)) {
        const early = step.name.startsWith('commit')
          ? { ...step.next, acknowledged: [...step.next.acknowledged, state.nextCall - 1] }
          : step.next
        yield { name: step.name, next: early }
      }
    },
    world({ faults: 1 }),
  ],
  [
    'leased + available = balance',
    function* (bounds, state) {
      yield* steps(bounds, state)
      const { available } = state.database
      const minted = { ...grant(state.database, 99, 1, 1), available }
      yield { name: 'grant without a transfer', next: { ...state, database: minted } }
    },
    world({}),
  ],
]

it.each(planted)('the explorer finds a planted breach of “%s”', (promise, stepper, bounds) => {
  expect(explore(bounds, STATES_MAX, stepper).broken?.promise).toBe(promise)
})
