import { USD } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { accountNames } from './account-name.ts'
import { balanceOf, drawTrialBalance } from './balance.ts'

const sums = { debitsPosted: 3n, creditsPosted: 10n, debitsHeld: 2n, creditsHeld: 1n }
const name = accountNames.platform('fees')

test('a balance is credits minus debits, and what is held cannot be spent', () => {
  expect(balanceOf(sums)).toEqual({ posted: 7n, held: 2n, available: 5n })
})

test('books that do not balance show by how much, and where the projection lies', () => {
  const { sums: totals, rebuilt } = drawTrialBalance([
    { name, asset: USD.id, projected: sums, rebuilt: { ...sums, creditsPosted: 9n } },
  ])
  expect(totals.get(USD.id)).toBe(6n)
  expect(rebuilt).toHaveLength(1)
})
