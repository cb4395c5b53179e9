import fc from 'fast-check'
import { expect, it } from 'vitest'
import { callAt } from '../../queries/testing.ts'
import { summaryOf } from './call-summary.ts'

const money = (amount: bigint, asset = 'USD') => ({ amount: amount.toString(), asset, display: '' })

it('adds up exactly, per asset, whatever the order', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 36n })
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, fc.constantFrom('USD', 'EUR'))), (paid) => {
      const calls = paid.map(([units, asset], n) => callAt(n, { amount: money(units, asset) }))
      const { sums } = summaryOf(calls, 0)
      for (const asset of ['USD', 'EUR']) {
        const whole = paid.reduce((sum, [units, of]) => (of === asset ? sum + units : sum), 0n)
        expect(sums.find((sum) => sum.asset === asset)?.amount ?? '0').toBe(whole.toString())
      }
      expect(summaryOf(calls.toReversed(), 0).calls).toBe(paid.length)
    }),
  )
})

it('counts only calls since the moment, and tells those that failed', () => {
  const calls = [
    callAt(0),
    callAt(10, { outcome: 'timeout' }),
    callAt(20, { outcome: 'input_required' }),
  ]
  const from = Date.parse(callAt(10).at)
  expect(summaryOf(calls, from)).toMatchObject({ calls: 2, failed: 1 })
  expect(summaryOf(calls, from + 20_000)).toEqual({ calls: 0, failed: 0, sums: [] })
})
