import type { UsageSum } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupSums, monthSeries } from './groups.ts'
import { GROUPINGS, validateSearch } from './search.ts'
import { usageCsv } from './usage-csv.ts'

const sum: fc.Arbitrary<UsageSum> = fc
  .record({
    month: fc.constantFrom('2025-11', '2026-01', '2026-04'),
    serverId: fc.constantFrom('srv_a', 'srv_b'),
    tool: fc.constantFrom('echo', '=sum', 'a,b'),
    calls: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    amount: fc.bigInt({ min: 1n, max: 10n ** 36n }),
    asset: fc.constantFrom('USD', 'eip155:1/erc20:0xabc'),
  })
  .map(({ calls, amount, asset, ...rest }) => ({
    ...rest,
    calls: calls.toString(),
    amount: { amount: amount.toString(), asset, display: '' },
  }))
const sums = fc.array(sum, { maxLength: 40 })

const totalOf = (asset: string, all: readonly { asset: string; amount: bigint }[]): bigint =>
  all.filter((one) => one.asset === asset).reduce((total, { amount }) => total + amount, 0n)

test('however sums are added up, nothing is lost, doubled or mixed between assets', () => {
  fc.assert(
    fc.property(sums, fc.constantFrom(...GROUPINGS), (all, by) => {
      const groups = groupSums(all, by)
      const given = all.map(({ amount }) => ({
        asset: amount.asset,
        amount: BigInt(amount.amount),
      }))
      for (const asset of ['USD', 'eip155:1/erc20:0xabc']) {
        expect(totalOf(asset, groups)).toBe(totalOf(asset, given))
      }
      expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length)
      const calls = all.reduce((total, one) => total + BigInt(one.calls), 0n)
      expect(groups.reduce((total, one) => total + one.calls, 0n)).toBe(calls)
    }),
  )
})

test('the months of a chart have no hole, and come to the whole', () => {
  fc.assert(
    fc.property(sums, (all) => {
      const series = monthSeries(all, 'USD')
      const dollars = groupSums(all, 'month').filter(({ asset }) => asset === 'USD')
      expect(series.reduce((total, { amount }) => total + amount, 0n)).toBe(totalOf('USD', dollars))
      for (const [at, { month }] of series.entries()) {
        const before = series[at - 1]
        if (before === undefined) continue
        const [year = 0, number = 0] = before.month.split('-').map(Number)
        expect(month).toBe(new Date(Date.UTC(year, number)).toISOString().slice(0, 7))
      }
    }),
  )
})

test('a file has every digit, and no cell that a spreadsheet would run', () => {
  const amount = { amount: '1234567890123456789012', asset: 'USD', display: '' }
  const groups = groupSums(
    [{ month: '2026-10', serverId: 'srv_a', tool: '=1+1', calls: '7', amount }],
    'line',
  )
  expect(usageCsv(groups, () => 'Weather, daily').split('\r\n')[1]).toBe(
    `2026-10,srv_a,"Weather, daily",'=1+1,7,1234.567890123456789012,USD,1234567890123456789012`,
  )
})

test('any address of the screen is read without throwing, and read again as the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (search) => {
      const read = validateSearch(search)
      expect(validateSearch({ ...read })).toEqual(read)
    }),
  )
  expect(validateSearch({ from: '2026-13', to: '2026-12', by: 'tool', side: 'payer' })).toEqual({
    to: '2026-12',
    by: 'tool',
  })
})
