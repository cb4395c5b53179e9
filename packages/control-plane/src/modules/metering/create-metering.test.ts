import { createIds, instant, systemClock, type Transaction } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { createMetering, type MeteringDeps } from './create-metering.ts'
import { sampleEvent } from './testing/sample-event.ts'

const ids = createIds(systemClock)

test('what is recorded of calls is noted as a use of their keys, in the same transaction', async () => {
  const tx = {} as Transaction
  const noted: unknown[] = []
  const payerId = ids.make('org')
  const events = [1, 2].map((seq) => sampleEvent({ payerId, seq, at: instant(seq) }))
  const deps: Pick<MeteringDeps, 'usage' | 'totals' | 'keyUses'> = {
    usage: {
      add: (of, added) => Promise.resolve(void noted.push(['added', of, added.length])),
      known: () => Promise.resolve([]),
      find: () => Promise.resolve(undefined),
      page: () => Promise.resolve([]),
      splitSums: () => Promise.resolve([]),
      async *postedSums() {
        yield* []
      },
    },
    totals: {
      add: (of, totals) => Promise.resolve(void noted.push(['summed', of, totals.length])),
      refund: () => Promise.resolve(),
      of: () => Promise.resolve([]),
      parties: () => Promise.resolve([]),
      sums: () => Promise.resolve([]),
    },
    keyUses: {
      note: (of, uses) => Promise.resolve(void noted.push(['used', of, uses.map(({ at }) => at)])),
    },
  }
  await createMetering(deps as MeteringDeps).recordUsage(tx, events)
  expect(noted).toEqual([
    ['added', tx, 2],
    ['summed', tx, 0],
    ['used', tx, [1, 2]],
  ])
})
