import { FOUNDED_AT } from './calendar.ts'
import { createDice, type Dice } from './dice.ts'
import type { Agreement, Listing, PriceVersion, SeededMonth } from './month.ts'
import type { MonthSize } from './month-size.ts'
import { shapeOf, SHAPES_COUNT } from './price-list.ts'
import { happeningsOf } from './seeded-happenings.ts'
import { callsOf } from './seeded-calls.ts'

const PAYERS = 40
const PUBLISHERS = 50
const SERVERS = 60
const SHARERS = 12

/** A month that is the same for the same seed. */
export function createSeededMonth({ seed, calls: count }: MonthSize): SeededMonth {
  const dice = createDice(seed)
  const payers = namesOf('payer', PAYERS)
  const publishers = namesOf('publisher', PUBLISHERS)
  const sharers = namesOf('sharer', SHARERS)
  const listings = namesOf('server', SERVERS).map((name, index): Listing => ({
    name,
    publisher: publishers[index % PUBLISHERS] ?? '',
    chargesToolErrors: index % 4 === 0,
  }))
  const prices = pricesOf(listings, dice)
  const agreements = agreementsOf(listings, [...sharers, ...publishers.slice(0, 3)], dice)
  const calls = callsOf({ payers, listings, prices, agreements, count }, dice)
  return {
    payers,
    publishers,
    sharers,
    topUp: 10n ** 24n,
    listings,
    prices,
    agreements,
    calls: calls.calls,
    journals: calls.journals,
    happenings: happeningsOf(calls, dice),
  }
}

/** Every shape five times, a second version of every other server in the month, a tool of its own on every fifth. */
function pricesOf(listings: readonly Listing[], dice: Dice): PriceVersion[] {
  const plans = listings.flatMap((listing, index) => {
    const own = { server: listing.name, shape: index % SHAPES_COUNT }
    const first = { ...own, tool: '*', startsAt: FOUNDED_AT }
    // Some change to another form altogether.
    const shape = index % 6 === 1 ? own.shape + 2 : own.shape
    const second = { ...own, shape, tool: '*', startsAt: Date.parse('2026-11-16T12:34:56.789Z') }
    const tool = { ...own, tool: 'fetch', startsAt: Date.parse('2026-11-10T00:00:00Z') }
    return [first, ...(index % 2 === 1 ? [second] : []), ...(index % 5 === 0 ? [tool] : [])]
  })
  return plans.map(({ shape, ...plan }, index) => {
    const step = BigInt(1 + dice.below(9))
    const salt = BigInt(dice.below(1_000_000))
    return { ...plan, ...shapeOf(shape, step, salt), name: numbered('price', index + 1) }
  })
}

/** Every third server shares: one version before the month and two in it, the last of which may end the sharing. */
function agreementsOf(
  listings: readonly Listing[],
  everybody: readonly string[],
  dice: Dice,
): Agreement[] {
  const starts = ['2026-10-21T00:00:00Z', '2026-11-08T06:00:00Z', '2026-11-20T23:59:59.999Z']
  return listings
    .filter((_, index) => index % 3 === 0)
    .flatMap(({ name, publisher }, index) =>
      starts.map((startsAt, version): Agreement => {
        const others = everybody.filter((who) => who !== publisher)
        const at = dice.below(others.length)
        const who = (place: number) => others[(at + place) % others.length] ?? ''
        const parties = [
          { role: 'affiliate' as const, who: who(0), bps: 1 + dice.below(700) },
          { role: 'template_author' as const, who: who(1), bps: 1 + dice.below(2_000) },
          { role: 'co_publisher' as const, who: who(2), bps: 1 + dice.below(3_000) },
          // The rest of some goes to somebody else altogether.
          { role: 'co_publisher' as const, who: who(3), bps: index % 7 === 0 ? 4_300 : 33 },
        ]
        const isOver = version === 2 && index % 2 === 1
        return {
          name: `${name} agreement ${version + 1}`,
          server: name,
          startsAt: Date.parse(startsAt),
          parties: isOver ? [] : parties.slice(0, 1 + ((index + version) % parties.length)),
        }
      }),
    )
}

function namesOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => numbered(kind, index + 1))
}

/** Names sort as they were made. */
function numbered(kind: string, number: number): string {
  return `${kind}-${String(number).padStart(3, '0')}`
}
