import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { legsOf, paidIn } from './legs.ts'

const account = fc.constantFrom('payer', 'publisher', 'fees', 'other')
const transfer: fc.Arbitrary<LedgerTransfer> = fc
  .record({
    kind: fc.constantFrom('posted', 'hold', 'post_of_hold', 'void_of_hold'),
    debit: account,
    credit: account,
    amount: fc.bigInt({ min: 0n, max: 10n ** 37n }).map(String),
    asset: fc.constantFrom('USD', 'EUR'),
  })
  .map((parts) => ({
    id: 'txn_1',
    at: '2026-11-22T12:00:00Z',
    display: '',
    holdId: null,
    link: null,
    reference: null,
    ...parts,
  }))

it('what accounts lose and gain sums to zero per asset, to the last unit', () => {
  fc.assert(
    fc.property(fc.array(transfer), (transfers) => {
      const { legs, sums } = legsOf(transfers)
      for (const { asset, amount } of sums) {
        expect(amount).toBe('0')
        const shown = legs.filter((leg) => leg.asset === asset)
        expect(shown.reduce((sum, leg) => sum + BigInt(leg.amount), 0n)).toBe(0n)
      }
      expect(legs.every(({ amount }) => amount !== '0')).toBe(true)
    }),
  )
})

it('shows the payer, the publisher and the fee of a call, and what was paid', () => {
  const leg = {
    at: '',
    kind: 'posted',
    display: '',
    holdId: null,
    link: null,
    reference: null,
    asset: 'USD',
  } as const
  const { legs } = legsOf([
    { ...leg, id: 'txn_1', debit: 'payer', credit: 'publisher', amount: '975' },
    { ...leg, id: 'txn_2', debit: 'payer', credit: 'fees', amount: '25' },
  ])
  expect(legs).toEqual([
    { account: 'payer', asset: 'USD', amount: '-1000' },
    { account: 'publisher', asset: 'USD', amount: '975' },
    { account: 'fees', asset: 'USD', amount: '25' },
  ])
  expect(paidIn(legs, 'USD')).toBe('1000')
})
