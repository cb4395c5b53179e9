import { assert, fromUuid, type Id } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import { shareIdOf } from '../../metering/index.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { splitSales } from '../refund/split-sale.ts'
import { splitRuleOf } from '../share/share-agreement.ts'
import type { World } from './world.ts'

/** What an organization has earned by the books: everything that is its own, less what it owes. */
export async function earningsOf(world: World, org: Id<'org'>): Promise<bigint> {
  const names = [
    accountNames.accrued(org),
    accountNames.payable(org),
    accountNames.reserve(org),
    accountNames.owedByPublisher(org),
  ]
  const held = await world.ledger.balances(undefined, names)
  return names.reduce((sum, name) => sum + (held.get(name)?.posted ?? 0n), 0n)
}

/** Throws unless everybody who earned has what the split of all kept sales says, and refunds add up. */
export async function requireSplits(world: World): Promise<void> {
  const parts = await partsOf(world)
  for (const [org, part] of parts) {
    const earned = await earningsOf(world, org)
    assert(earned === part, `${org} has ${earned}, its part is ${part}`)
  }
  await requireRefundTotals(world)
}

/** What the cumulative amounts of the database say that everybody has a part of. */
async function partsOf({ database }: World): Promise<ReadonlyMap<Id<'org'>, bigint>> {
  const { rows } = await database.query<{
    publisher_id: string
    kept: bigint
    fee_bps: number
    share_id: string
  }>({
    text: 'select publisher_id, gross - refunded as kept, fee_bps, share_id from payments.fee_totals',
  })
  const parts = new Map<Id<'org'>, bigint>()
  const give = (org: Id<'org'>, amount: bigint) => parts.set(org, (parts.get(org) ?? 0n) + amount)
  for (const { publisher_id, kept, fee_bps: feeBps, share_id } of rows) {
    const shareId = shareIdOf(share_id)
    const agreement =
      shareId === null
        ? undefined
        : await database.transactions.run((tx) => postgresPaymentsStores.shares.find(tx, shareId))
    const { publisher, shares } = splitSales(kept, splitRuleOf(feeBps, agreement))
    give(fromUuid('org', publisher_id), publisher)
    for (const [index, { organizationId }] of (agreement?.parties ?? []).entries()) {
      give(organizationId, shares[index] ?? 0n)
    }
  }
  return parts
}

/** Refunds, the calls that they are of, the cumulative amounts and the totals of usage say the same. */
async function requireRefundTotals({ database }: World): Promise<void> {
  const { rows } = await database.query<Record<'refunds' | 'captures' | 'fees' | 'usage', bigint>>({
    text: `select
      (select coalesce(sum(amount), 0) from payments.refunds) as refunds,
      (select coalesce(sum(refunded), 0) from payments.captures) as captures,
      (select coalesce(sum(refunded), 0) from payments.fee_totals) as fees,
      (select coalesce(sum(refunded), 0) from metering.usage_totals) as usage`,
  })
  const sums = new Set(Object.values(rows[0] ?? {}))
  assert(sums.size === 1, `refunds are counted alike everywhere: ${[...sums].join(', ')}`)
}
