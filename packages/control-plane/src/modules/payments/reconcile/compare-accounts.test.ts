import { createIds, systemClock, USD } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { accountNames, type AccountName, type AccountSums } from '../../ledger/index.ts'
import { compareAccounts } from './compare-accounts.ts'

const org = createIds(systemClock).make('org')
const available = accountNames.available(org)
const topUps = accountNames.platform('top_ups')

/** An account whose balance is what its transfers say. */
function account(name: AccountName, debitsPosted: bigint, creditsPosted: bigint) {
  const sums: AccountSums = { debitsPosted, creditsPosted, debitsHeld: 0n, creditsHeld: 0n }
  return { name, asset: USD.id, projected: sums, rebuilt: sums }
}

test('books that are right have no finding', () => {
  expect(
    compareAccounts([
      account(topUps, 5n, 0n),
      account(available, 2n, 5n),
      account(accountNames.platform('fees'), 0n, 2n),
    ]),
  ).toEqual([])
})

test('a limited account on its other side is one finding', () => {
  const fees = accountNames.platform('fees')
  expect(compareAccounts([account(available, 3n, 2n), account(fees, 2n, 3n)])).toEqual([
    expect.objectContaining({
      check: 'limit_broken',
      subject: available,
      organizationId: org,
      expected: 2n,
      found: 3n,
    }),
  ])
})

test('debits that are not credits are one finding, to the unit', () => {
  expect(compareAccounts([account(topUps, 5n, 0n), account(available, 0n, 4n)])).toEqual([
    expect.objectContaining({
      check: 'books_unbalanced',
      subject: 'USD',
      expected: 0n,
      found: -1n,
    }),
  ])
})

test('what is owed beyond what is held is one finding', () => {
  const loss = accountNames.platform('loss')
  expect(compareAccounts([account(loss, 5n, 0n), account(available, 0n, 5n)])).toEqual([
    expect.objectContaining({ check: 'liabilities_uncovered', expected: 0n, found: 5n }),
  ])
})
