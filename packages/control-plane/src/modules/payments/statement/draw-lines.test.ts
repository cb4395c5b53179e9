import { createIds, systemClock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawLines, type Earned, type Stated } from './draw-lines.ts'
import type { StatementLine } from './statement.ts'

const ids = createIds(systemClock)
const SERVERS = [ids.make('srv'), ids.make('srv')] as const
const MONTHS = ['2026-10', '2026-11'] as const

/** What happens to a publisher: a sale, another movement, a payout with a statement, one that comes back. */
type Step =
  | {
      readonly kind: 'sale'
      readonly server: number
      readonly month: number
      readonly gross: bigint
    }
  | { readonly kind: 'move'; readonly amount: bigint }
  | { readonly kind: 'payout'; readonly share: bigint }
  | { readonly kind: 'back'; readonly pick: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('sale' as const),
    server: fc.nat(1),
    month: fc.nat(1),
    gross: fc.bigInt(1n, 10n ** 20n),
  }),
  fc.record({ kind: fc.constant('move' as const), amount: fc.bigInt(-(10n ** 18n), 10n ** 18n) }),
  fc.record({ kind: fc.constant('payout' as const), share: fc.bigInt(1n, 100n) }),
  fc.record({ kind: fc.constant('back' as const), pick: fc.nat(9) }),
)

const sumOf = (lines: readonly { readonly amount: bigint }[]) =>
  lines.reduce((sum, { amount }) => sum + amount, 0n)

test('the lines of every statement are its payout, and all statements together say what was earned', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const earned = new Map<string, Earned>()
      let [fees, standing, gross, moved] = [0n, 0n, 0n, 0n]
      const payouts: { amount: bigint; back: boolean }[] = []
      const stated: { sums: StatementLine[]; carried: bigint } = { sums: [], carried: 0n }
      for (const one of steps) {
        if (one.kind === 'sale') {
          const serverId = SERVERS[one.server] ?? expect.unreachable()
          const month = MONTHS[one.month] ?? expect.unreachable()
          const key = `${serverId} ${month}`
          const amount = (earned.get(key)?.amount ?? 0n) + one.gross
          earned.set(key, { kind: 'earnings', serverId, month, amount })
          gross += one.gross
          const fee = (gross * 250n) / 10_000n - fees
          fees += fee
          standing += one.gross - fee
        } else if (one.kind === 'move') {
          moved += one.amount
          standing += one.amount
        } else if (one.kind === 'back') {
          const payout = payouts[one.pick]
          if (payout === undefined || payout.back) continue
          payout.back = true
          standing += payout.amount
        } else {
          const amount = (standing * one.share) / 100n
          if (amount <= 0n) continue
          standing -= amount
          const paidBack = sumOf(payouts.filter(({ back }) => back))
          payouts.push({ amount, back: false })
          const live = sumOf(payouts.filter(({ back }) => !back))
          const tallies = {
            earned: [...earned.values()],
            fees,
            standing,
            live,
            unstated: 0n,
            paidBack,
          }
          const lines = drawLines(tallies, stated satisfies Stated)
          expect(sumOf(lines)).toBe(amount)
          stated.sums.push(...lines)
          stated.carried = standing
          const of = (kind: string) => sumOf(stated.sums.filter((line) => line.kind === kind))
          expect(of('earnings')).toBe(gross)
          expect(of('fees')).toBe(-fees)
          expect(of('adjustments')).toBe(moved)
          expect(of('paid_back')).toBe(paidBack)
        }
      }
    }),
  )
})

test('where only sales happened there is nothing to adjust', () => {
  const [serverId] = SERVERS
  const earned: Earned[] = [{ kind: 'earnings', serverId, month: '2026-11', amount: 1_000n }]
  const tallies = { earned, fees: 25n, standing: 75n, live: 900n, unstated: 0n, paidBack: 0n }
  expect(drawLines(tallies, { sums: [], carried: 0n })).toEqual([
    { kind: 'earnings', serverId, month: '2026-11', amount: 1_000n },
    { kind: 'fees', serverId: null, month: null, amount: -25n },
    { kind: 'carried_out', serverId: null, month: null, amount: -75n },
  ])
})
