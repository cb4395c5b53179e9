import type { AssetId, Id } from '@mcp-orchestra/kernel'
import { accountNames, type AccountName, type Difference } from '../../ledger/index.ts'
import type { Check, Finding } from './check.ts'
import { aboutOf, postedByTransfers } from './compare-accounts.ts'

/** What the tables of payments say stands on accounts of the ledger. */
export type Records = {
  /** What the leases of a payer and an incarnation have left together. */
  readonly leased: readonly {
    readonly payerId: Id<'org'>
    readonly incarnationId: Id<'inc'>
    readonly asset: AssetId
    readonly remainder: bigint
  }[]
  /** Fees on the cumulative gross of all sales. */
  readonly fees: readonly AssetAmount[]
  /** What open disputes hold of each publisher. */
  readonly reserved: readonly {
    readonly organizationId: Id<'org'>
    readonly asset: AssetId
    readonly amount: bigint
  }[]
  /** What was given back: by the cumulative gross, and by the refunds themselves. */
  readonly refunded: readonly {
    readonly asset: AssetId
    readonly ofSales: bigint
    readonly byRefunds: bigint
  }[]
  /** All top-ups by the demo rail. */
  readonly topUps: readonly AssetAmount[]
  /** What each rail owes less what it holds, by its orders and by payouts: credits minus debits. */
  readonly clearing: readonly (AssetAmount & { readonly rail: string })[]
  /** What the payouts of a publisher that are under way come to. */
  readonly held: readonly (AssetAmount & { readonly publisherId: Id<'org'> })[]
}

/** An amount of an asset. */
export type AssetAmount = { readonly asset: AssetId; readonly amount: bigint }

/** Compares what payments' tables say with what the transfers brought to the accounts. */
export function compareRecords(accounts: readonly Difference[], records: Records): Finding[] {
  const expected = {
    lease_differs: records.leased.map(({ payerId, incarnationId, asset, remainder }) => ({
      name: accountNames.leased(payerId, incarnationId),
      asset,
      amount: remainder,
    })),
    fees_differ: records.fees.map((fee) => ({ ...fee, name: accountNames.platform('fees') })),
    reserve_differs: records.reserved.map(({ organizationId, asset, amount }) => ({
      name: accountNames.reserve(organizationId),
      asset,
      amount,
    })),
    // A deposit debits the rail's account, so its balance is the amount below zero.
    rail_differs: records.topUps.map(({ asset, amount }) => ({
      name: accountNames.platform('top_ups'),
      asset,
      amount: -amount,
    })),
    clearing: records.clearing.map(({ rail, asset, amount }) => ({
      name: accountNames.clearing(rail),
      asset,
      amount,
    })),
    payout_differs: records.held.map(({ publisherId, asset, amount }) => ({
      name: accountNames.payable(publisherId),
      asset,
      amount,
    })),
  }
  return [
    ...compare('lease_differs', accounts, expected.lease_differs, (name) =>
      /^org:[^:]+:leased:/.test(name),
    ),
    ...compare('reserve_differs', accounts, expected.reserve_differs, (name) =>
      name.endsWith(':reserve'),
    ),
    ...records.refunded.flatMap(refundFinding),
    ...compare('fees_differ', accounts, expected.fees_differ, (name) => name === 'platform:fees'),
    ...compare(
      'rail_differs',
      accounts,
      expected.rail_differs,
      (name) => name === 'platform:top_ups',
    ),
    ...compare('rail_differs', accounts, expected.clearing, (name) => name.startsWith('rail:')),
    ...compareHeld(accounts, expected.payout_differs),
  ]
}

function refundFinding({ asset, ofSales, byRefunds }: Records['refunded'][number]): Finding[] {
  if (ofSales === byRefunds) return []
  return [
    {
      check: 'refunds_differ',
      subject: asset,
      organizationId: null,
      asset,
      expected: byRefunds,
      found: ofSales,
      note: 'what refunds say, and what was taken out of the cumulative gross',
    },
  ]
}

/** Of publishers' accounts only payable ones hold anything, and only for payouts. */
function compareHeld(accounts: readonly Difference[], expected: readonly Expected[]): Finding[] {
  const amounts = new Map(expected.map(({ name, asset, amount }) => [`${asset} ${name}`, amount]))
  return accounts
    .filter(({ name }) => name.startsWith('publisher:'))
    .flatMap(({ name, asset, rebuilt }): Finding[] => {
      const amount = amounts.get(`${asset} ${name}`) ?? 0n
      if (rebuilt.debitsHeld === amount) return []
      const note = 'what payouts under way come to, and what is held'
      const check = 'payout_differs'
      return [{ check, ...aboutOf(name), asset, expected: amount, found: rebuilt.debitsHeld, note }]
    })
}

type Expected = { readonly name: AccountName; readonly asset: AssetId; readonly amount: bigint }

/** What is expected on accounts, and nothing on any other account of the same kind. */
function compare(
  check: Check,
  accounts: readonly Difference[],
  expected: readonly Expected[],
  isOfKind: (name: AccountName) => boolean,
): Finding[] {
  const posted = postedByTransfers(accounts)
  const named = new Set(expected.map(({ name, asset }) => `${asset} ${name}`))
  const unnamed = accounts
    .filter(({ name, asset }) => isOfKind(name) && !named.has(`${asset} ${name}`))
    .map(({ name, asset }) => ({ name, asset, amount: 0n }))
  return [...expected, ...unnamed].flatMap(({ name, asset, amount }): Finding[] => {
    const found = posted(name, asset)
    if (found === amount) return []
    const note = 'what the records say, and what the transfers brought'
    return [{ check, ...aboutOf(name), asset, expected: amount, found, note }]
  })
}
