import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOf, hintOf, type Destination } from './destination.ts'

const iban = (text: string): Destination => ({ kind: 'iban', holder: 'Ada', iban: text })
const account = (routingNumber: string): Destination => ({
  kind: 'us_account',
  holder: 'Ada',
  routingNumber,
  accountNumber: '000123456789',
})

test('accounts of the registries’ own examples are accepted', () => {
  for (const good of [
    'DE89370400440532013000',
    'GB82WEST12345698765432',
    'MT84MALT011000012345MTLCAST001S',
  ]) {
    expect(faultOf(iban(good))).toBeUndefined()
  }
  expect(faultOf(account('021000021'))).toBeUndefined()
})

test('one wrong digit is found, wherever it is', () => {
  const good = 'DE89370400440532013000'
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 21 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const digit = String((good.charCodeAt(at) - 48 + by) % 10)
      expect(faultOf(iban(good.slice(0, at) + digit + good.slice(at + 1)))).toContain('IBAN')
    }),
  )
  expect(faultOf(account('021000022'))).toContain('routing number')
  expect(faultOf(account('02100002'))).toContain('routing number')
  expect(faultOf(iban('de89370400440532013000'))).toContain('IBAN')
})

test('a hint shows four characters of the account at most', () => {
  expect(hintOf(iban('DE89370400440532013000'))).toBe('IBAN DE …3000')
  expect(hintOf(account('021000021'))).toBe('US account …6789')
  expect(hintOf({ kind: 'balance' })).toBe('own balance')
})
