import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf, moneyIn, priceInForce, seenPrice, shortfall } from './price-of-call.ts'
import { spendable } from '../../../queries/spendable.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })

test('a call never pays more than the price that was seen, to the last atomic unit', () => {
  fc.assert(
    fc.property(amount, (units) => {
      const { maxChargeUsd = '' } = boundsOf({
        money: { amount: String(units), asset: 'USD' },
        version: 3,
      })
      const [whole = '', fraction = ''] = maxChargeUsd.split('.')
      expect(BigInt(whole + fraction.padEnd(18, '0'))).toBe(units)
    }),
  )
})

test('a free call accepts no charge at all', () => {
  expect(boundsOf(undefined)).toEqual({ maxChargeUsd: '0' })
})

test('a price in another asset is bound by its version', () => {
  expect(boundsOf({ money: { amount: '5', asset: 'eip155:1/slip44:60' }, version: 2 })).toEqual({
    priceVersion: 2,
  })
})

test('what is missing and what can be spent are exact', () => {
  fc.assert(
    fc.property(amount, amount, (price, balance) => {
      const missing = shortfall(
        { amount: String(price), asset: 'USD' },
        { amount: String(balance), asset: 'USD' },
      )
      expect(BigInt(missing?.amount ?? '0')).toBe(price > balance ? price - balance : 0n)
    }),
  )
  const money = (units: string) => ({ amount: units, asset: 'USD', display: '' })
  expect(
    spendable({
      available: money('1'),
      leased: money('99999999999999999999'),
      accrued: money('0'),
      payable: money('0'),
      organizationId: 'o',
    }),
  ).toEqual({ amount: '100000000000000000000', asset: 'USD' })
})

test('a version whose price is zero is free', () => {
  const price = {
    id: 'p',
    serverId: 's',
    tool: 't',
    version: 2,
    feeBps: 0,
    publishedAt: '',
    startsAt: '',
    price: { amount: '0', asset: 'USD', display: '0 USD' },
    metered: null,
  }
  expect(seenPrice(price)).toBeUndefined()
  const maximum = { amount: '7', asset: 'USD', display: '0.000000000000000007 USD' }
  expect(
    seenPrice({ ...price, metered: { components: [], maximum, tokenizer: null, leastBid: null } }),
  ).toEqual({
    money: { amount: '7', asset: 'USD' },
    version: 2,
  })
})

test('only money is read as money', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const money = moneyIn(value)
      if (money !== undefined) BigInt(money.amount)
    }),
  )
  expect(priceInForce({ price: { amount: '7', asset: 'USD', version: 4 } })).toEqual({
    money: { amount: '7', asset: 'USD' },
    version: 4,
  })
  expect(priceInForce({ price: { amount: 'x', asset: 'USD', version: 4 } })).toBeUndefined()
})
