import { formatMoney } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyOfCents } from './cents.ts'
import { draftOf, NO_PROFILE, profileOf } from './profile-draft.ts'
import { validateSearch } from './search.ts'

const DRAFT = {
  ...NO_PROFILE,
  name: ' Nordlicht Labs ',
  line1: 'Speicherstadt 7',
  city: 'Hamburg',
  postcode: '20457',
  country: 'de',
  email: 'billing@nordlicht.example',
}

test('cents of an invoice are shown to the cent, however many', () => {
  expect(formatMoney(moneyOfCents('150'))).toBe('1.5 USD')
  expect(formatMoney(moneyOfCents('-1'))).toBe('-0.01 USD')
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (cents) => {
      const { amount, asset } = moneyOfCents(cents.toString())
      expect([BigInt(amount), asset]).toEqual([cents * 10n ** 16n, 'USD'])
    }),
  )
})

describe('name and address', () => {
  test('are sent without blanks around them, with absent parts as null', () => {
    expect(profileOf(DRAFT)).toEqual({
      profile: {
        name: 'Nordlicht Labs',
        address: {
          line1: 'Speicherstadt 7',
          line2: null,
          city: 'Hamburg',
          postcode: '20457',
          country: 'DE',
        },
        taxId: null,
        legalId: null,
        email: 'billing@nordlicht.example',
      },
    })
  })

  test('come back into the form as they were saved', () => {
    const read = profileOf({ ...DRAFT, line2: 'Haus B', taxId: 'DE1', legalId: 'HRB 1' })
    const profile = 'profile' in read ? read.profile : expect.unreachable()
    expect(profileOf(draftOf(profile))).toEqual(read)
  })

  test.each(['name', 'line1', 'city', 'postcode'] as const)('need %s', (member) => {
    expect(profileOf({ ...DRAFT, [member]: ' ' })).toEqual({ faults: { [member]: 'missing' } })
  })

  test.each([
    ['country', 'Germany'],
    ['country', ''],
    ['email', 'nobody'],
  ] as const)('refuse the %s "%s"', (member, value) => {
    expect(profileOf({ ...DRAFT, [member]: value })).toHaveProperty(['faults', member])
  })
})

test('any address of the screen is read without throwing, and read again as the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (search) => {
      const read = validateSearch(search)
      expect(validateSearch({ ...read })).toEqual(read)
    }),
  )
  expect(validateSearch({ organization: 'org_1', side: 'publisher', dialog: 'x' })).toEqual({
    organization: 'org_1',
    side: 'publisher',
  })
})
