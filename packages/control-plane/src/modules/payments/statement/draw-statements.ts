import { assert, USD, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { Metering, Month } from '../../metering/index.ts'
import type { PaymentsDeps } from '../deps.ts'
import { drawLines, type Earned } from './draw-lines.ts'
import type { StatementStore } from './ports.ts'

/** What drawing statements needs. */
export type DrawStatementsDeps = Pick<PaymentsDeps, 'transactions' | 'ledger' | 'clock'> & {
  readonly statements: StatementStore
  readonly metering: Pick<Metering, 'totals'>
}

/** Publishers in one read of the job: their ids are few kilobytes. */
const PUBLISHERS_PER_PAGE = 100
/** After every month that there is. */
const ALL_MONTHS = '9999-12' as Month

/** A job: draws every statement that is missing. Returns how many. */
export async function drawMissing(deps: DrawStatementsDeps): Promise<number> {
  const publishers = await deps.transactions.run((tx) =>
    deps.statements.missing(tx, PUBLISHERS_PER_PAGE),
  )
  let drawn = 0
  for (const publisherId of publishers) drawn += await drawStatements(deps, publisherId)
  return drawn
}

/** Draws the statements of one publisher that are missing, in the order of their payouts. Returns how many. */
export async function drawStatements(
  deps: DrawStatementsDeps,
  publisherId: Id<'org'>,
): Promise<number> {
  for (let drawn = 0; ; drawn += 1) {
    const isDrawn = await deps.transactions.run((tx) => drawNext(deps, tx, publisherId))
    if (!isDrawn) return drawn
  }
}

/** In one transaction that reads one moment: a sale between two reads would stand on a wrong line. */
async function drawNext(
  deps: DrawStatementsDeps,
  tx: Transaction,
  publisherId: Id<'org'>,
): Promise<boolean> {
  const { statements } = deps
  await statements.begin(tx)
  const next = await statements.next(tx, publisherId, USD.id)
  if (next === undefined) return false
  const { payoutId, amount, unstated } = next
  const { number, fees, live, paidBack, ...stated } = await statements.standing(
    tx,
    publisherId,
    USD.id,
  )
  const standing = await standingOf(deps, tx, publisherId)
  const earned = await earnedOf(deps, tx, publisherId)
  const lines = drawLines({ earned, fees, standing, live, unstated, paidBack }, stated)
  const sum = lines.reduce((all, line) => all + line.amount, 0n)
  assert(sum === amount, `the lines of ${payoutId} are ${sum}, its amount ${amount}`)
  await statements.add(
    tx,
    {
      payoutId,
      publisherId,
      number: number + 1,
      asset: USD.id,
      amount,
      lines,
      drawnAt: deps.clock.now(),
    },
    standing + unstated,
  )
  return true
}

/** What is on the publisher's accounts and held by no payout, less what it owes. */
async function standingOf(
  { ledger }: DrawStatementsDeps,
  tx: Transaction,
  publisherId: Id<'org'>,
): Promise<bigint> {
  const own = [
    accountNames.accrued(publisherId),
    accountNames.payable(publisherId),
    accountNames.reserve(publisherId),
  ]
  const owed = accountNames.owedByPublisher(publisherId)
  const balances = await ledger.balances(tx, [...own, owed], USD.id)
  const has = own.reduce((sum, name) => sum + (balances.get(name)?.available ?? 0n), 0n)
  // What is owed is on the debit side: its balance is below zero.
  return has + (balances.get(owed)?.posted ?? 0n)
}

async function earnedOf(
  { metering }: DrawStatementsDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
): Promise<Earned[]> {
  const query = { side: 'publisher', organizationId, upTo: ALL_MONTHS } as const
  const earned = new Map<string, Earned>()
  for (const { serverId, month, posted, asset } of await metering.totals.of(tx, query)) {
    if (asset !== USD.id) continue
    const key = `${serverId} ${month}`
    const amount = (earned.get(key)?.amount ?? 0n) + posted
    earned.set(key, { kind: 'earnings', serverId, month, amount })
  }
  return [...earned.values()]
}
