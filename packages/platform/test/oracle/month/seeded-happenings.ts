import { MONTH, MONTH_ENDS_AT } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { Batch, Happening, RefundPart } from './month.ts'
import { LATE, LOST, PUNCTUAL, type Written } from './seeded-calls.ts'

/** As many records as a gateway ships at once. */
const BATCH_RECORDS = 500
const HOUR_MS = 3_600_000
const PARTS: readonly RefundPart[] = ['all', 'half', 'one unit']
/** One call in so many is given back, at least in part. */
const CALLS_PER_REFUND = 200

/** Batches of several journals as they happen to come, and what happens between them. */
export function happeningsOf(written: Written, dice: Dice): Happening[] {
  const { calls, journals } = written
  const refunds = Math.ceil(calls.length / CALLS_PER_REFUND)
  const batches = (gateway: string) => batchesOf(gateway, journals.get(gateway)?.length ?? 0)
  const lost = batches(LOST)
  const refundOf = (): Happening => ({
    kind: 'refund',
    call: dice.below(calls.length),
    part: PARTS[dice.below(PARTS.length)] ?? 'all',
  })
  const early = withNoise(shuffled(PUNCTUAL.map(batches), dice), dice)
  return [
    ...lost.slice(0, -1),
    ...scattered(early, refunds, refundOf, dice),
    { kind: 'lost', gateway: LOST },
    ...lost.slice(-1),
    { kind: 'invoices', month: MONTH, at: MONTH_ENDS_AT + 3 * HOUR_MS },
    ...scattered(withNoise(batches(LATE), dice), Math.ceil(refunds / 4), refundOf, dice),
    ...[...PUNCTUAL, LATE].map((gateway): Happening => ({ kind: 'end', gateway })),
    { kind: 'sweep' },
    { kind: 'invoices', month: '2026-12', at: Date.parse('2027-01-01T03:00:00Z') },
  ]
}

/** A journal cut into batches. */
function batchesOf(gateway: string, records: number): Batch[] {
  // A lost journal is short: its end must be another batch than its beginning.
  const half = Math.max(1, Math.ceil(records / 2))
  const size = gateway === LOST ? Math.min(half, BATCH_RECORDS) : BATCH_RECORDS
  const batches: Batch[] = []
  for (let from = 1; from <= records; from += size) {
    batches.push({ kind: 'batch', gateway, from, to: Math.min(records, from + size - 1) })
  }
  return batches
}

/** One order of several queues that keeps the order of each. */
function shuffled(queues: readonly (readonly Batch[])[], dice: Dice): Batch[] {
  const left = queues.map((queue) => [...queue]).filter(({ length }) => length > 0)
  const order: Batch[] = []
  while (left.length > 0) {
    const place = dice.below(left.length)
    const next = left[place]?.shift()
    if (next !== undefined) order.push(next)
    if (left[place]?.length === 0) left.splice(place, 1)
  }
  return order
}

/** Some come twice, some overlap what was applied, some come too early, and now and then earnings are swept. */
function withNoise(batches: readonly Batch[], dice: Dice): Happening[] {
  return batches.flatMap((batch): Happening[] => {
    const { gateway, from, to } = batch
    return [
      ...(dice.oneIn(15) && to > from
        ? [{ ...batch, kind: 'ahead' as const, from: from + 1 }]
        : []),
      batch,
      ...(dice.oneIn(8) ? [{ ...batch, kind: 'repeated' as const }] : []),
      ...(dice.oneIn(8) ? [{ kind: 'repeated' as const, gateway, from: to, to }] : []),
      ...(dice.oneIn(20) ? [{ kind: 'sweep' as const }] : []),
    ]
  })
}

/** Puts so many of something anywhere between. */
function scattered(
  happenings: readonly Happening[],
  count: number,
  make: () => Happening,
  dice: Dice,
): Happening[] {
  const after = Map.groupBy(
    Array.from({ length: count }, () => dice.below(happenings.length)),
    (place) => place,
  )
  return happenings.flatMap((one, place) => [one, ...(after.get(place) ?? []).map(() => make())])
}
