import { instant } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountInForce, earliestStart, type PriceStep } from './price-start.ts'

const STALE_MS = 60_000
const AT = instant(1_000_000)

/** Versions as they could have been published before AT: numbered, each with its start. */
const history = fc
  .array(
    fc.record({ amount: fc.bigInt(0n, 5n), start: fc.integer({ min: 800_000, max: 1_200_000 }) }),
    {
      maxLength: 6,
    },
  )
  .map((steps): PriceStep[] =>
    steps.map(({ amount, start }, index) => ({
      version: index + 1,
      amount,
      startsAt: instant(start),
    })),
  )

describe('the earliest start of a price version', () => {
  test('the first price of a tool may start at once', () => {
    expect(earliestStart([], 5n, AT, STALE_MS)).toBe(AT)
  })

  test('a rise waits until no gateway can be without it', () => {
    const before = [{ version: 1, amount: 2n, startsAt: instant(0) }]
    expect(earliestStart(before, 3n, AT, STALE_MS)).toBe(AT + STALE_MS)
  })

  test('a fall, or the same again, may start at once', () => {
    const before = [{ version: 1, amount: 2n, startsAt: instant(0) }]
    expect(earliestStart(before, 1n, AT, STALE_MS)).toBe(AT)
    expect(earliestStart(before, 2n, AT, STALE_MS)).toBe(AT)
  })

  test('a rise over a price that has yet to start waits as well', () => {
    const before = [
      { version: 1, amount: 5n, startsAt: instant(0) },
      { version: 2, amount: 1n, startsAt: instant(AT + 1_000) },
    ]
    expect(earliestStart(before, 3n, AT, STALE_MS)).toBe(AT + STALE_MS)
  })

  test('whatever the history: nobody who is at most max stale behind is charged more than they could know', () => {
    fc.assert(
      fc.property(history, fc.bigInt(0n, 5n), (earlier, amount) => {
        const startsAt = earliestStart(earlier, amount, AT, STALE_MS)
        const next = { version: earlier.length + 1, amount, startsAt }
        // A gateway without the new version serves until max stale after publication.
        for (let at = AT; at < AT + STALE_MS; at = instant(at + 1_000)) {
          const known = amountInForce(earlier, at)
          const charged = amountInForce([...earlier, next], at)
          if (earlier.length > 0) expect(charged).toBeLessThanOrEqual(known)
        }
        expect(startsAt === AT || startsAt === AT + STALE_MS).toBe(true)
      }),
    )
  })

  test('whatever the history: the highest version whose start has come is in force', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const begun = steps.filter(({ startsAt }) => startsAt <= AT)
        expect(amountInForce(steps, AT)).toBe(begun.at(-1)?.amount ?? 0n)
      }),
    )
  })
})
