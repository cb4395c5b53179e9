import {
  formatMoney,
  type LedgerTransfer,
  type Orchestra,
  type UsageEvent,
} from '@mcp-orchestra/sdk'
import { accountLabels } from '../account-label.ts'
import { tableLines } from '../output.ts'
import type { Style } from '../style.ts'
import { expectThat } from './expectation.ts'
import type { Narrator } from './narrator.ts'

/** Shows the postings of a usage event, and that the whole ledger sums to zero. */
export async function showBooks(
  deps: { operator: Orchestra; narrator: Narrator; style: Style },
  event: UsageEvent,
): Promise<void> {
  const { operator, narrator, style } = deps
  const label = await accountLabels(operator)
  await narrator.step('Its postings: every debit has its credit', async (say) => {
    const transfers = await postingsOf(operator, event)
    const rows = transfers.map(({ debit, credit, display }) => [
      label(debit),
      label(credit),
      display,
    ])
    for (const line of tableLines(['DEBIT', 'CREDIT', 'AMOUNT'], rows, style)) say(line)
    const posted = transfers.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
    expectThat(
      posted.toString() === event.amount.amount,
      'the publisher’s share and the platform’s fee are what the payer paid',
    )
  })
  await narrator.step('The whole ledger', async (say) => {
    const { accounts, sums, balanced } = await operator.ledger.trialBalance()
    const rows = accounts.map(({ name, asset, debits, credits, display }) => [
      label(name),
      formatMoney({ amount: debits, asset }),
      formatMoney({ amount: credits, asset }),
      display,
    ])
    const columns = ['ACCOUNT', 'DEBITS', 'CREDITS', 'BALANCE']
    for (const line of tableLines(columns, rows, style)) say(line)
    for (const { asset, difference } of sums) {
      say(style.bold(`the sum of all ${asset} balances is ${difference}`))
      expectThat(difference === '0', 'the books sum to zero')
    }
    expectThat(balanced && sums.length > 0, 'every balance is what its transfers say')
  })
}

/** The transfers of one posting: the publisher's share, and the platform's fee where there is one. */
async function postingsOf(operator: Orchestra, event: UsageEvent): Promise<LedgerTransfer[]> {
  const found = await operator.ledger.transfers({ usageEvent: event.id }).all()
  const [first] = found
  expectThat(first !== undefined, 'the event is posted')
  const { items } = await operator.ledger.transfers({ account: first.debit }).page()
  return items.filter(({ at, debit }) => at === first.at && debit === first.debit)
}
