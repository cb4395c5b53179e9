import type { AssetId } from '@mcp-orchestra/kernel'
import type { AccountName } from './account-name.ts'

/** What an account holds, in atomic units of its asset; credit-normal: credits minus debits. */
export type Balance = {
  /** Posted credits minus posted debits. */
  readonly posted: bigint
  /** Set aside by holds on this account's debit side. */
  readonly held: bigint
  /** posted − held: what may still be debited. */
  readonly available: bigint
}

/** The four sums of an account, each in atomic units. */
export type AccountSums = {
  readonly debitsPosted: bigint
  readonly creditsPosted: bigint
  readonly debitsHeld: bigint
  readonly creditsHeld: bigint
}

/** An account and what it holds. */
export type AccountRow = AccountSums & { readonly name: AccountName; readonly asset: AssetId }

/** An account whose projection is not what its transfers say: a bug, or someone's hand in the database. */
export type Difference = {
  readonly name: AccountName
  readonly asset: AssetId
  readonly projected: AccountSums
  readonly rebuilt: AccountSums
}

/** The proof that the books balance, all of it read at one moment. */
export type TrialBalance = {
  readonly rows: readonly AccountRow[]
  /** Per asset, credits minus debits over all accounts, posted plus held: 0n, or a bug. */
  readonly sums: ReadonlyMap<AssetId, bigint>
  /** Projections that differ from the transfers; empty, or a bug. */
  readonly rebuilt: readonly Difference[]
}

/** The balance of an account that was never moved. */
export const EMPTY_BALANCE: Balance = { posted: 0n, held: 0n, available: 0n }

/** The balance in four sums. */
export function balanceOf(sums: AccountSums): Balance {
  const posted = sums.creditsPosted - sums.debitsPosted
  return { posted, held: sums.debitsHeld, available: posted - sums.debitsHeld }
}

/** Draws up the trial balance of all accounts, each as projected and as rebuilt from transfers. */
export function drawTrialBalance(accounts: readonly Difference[]): TrialBalance {
  const rows = accounts.map(({ name, asset, projected }) => ({ name, asset, ...projected }))
  return {
    rows,
    sums: sumByAsset(rows),
    rebuilt: accounts.filter(({ projected, rebuilt }) => !isSame(projected, rebuilt)),
  }
}

/** Per asset, credits minus debits over all accounts, posted plus held. */
export function sumByAsset(rows: readonly AccountRow[]): ReadonlyMap<AssetId, bigint> {
  const sums = new Map<AssetId, bigint>()
  for (const { asset, creditsPosted, creditsHeld, debitsPosted, debitsHeld } of rows) {
    const net = creditsPosted + creditsHeld - debitsPosted - debitsHeld
    sums.set(asset, (sums.get(asset) ?? 0n) + net)
  }
  return sums
}

function isSame(a: AccountSums, b: AccountSums): boolean {
  return (
    a.debitsPosted === b.debitsPosted &&
    a.creditsPosted === b.creditsPosted &&
    a.debitsHeld === b.debitsHeld &&
    a.creditsHeld === b.creditsHeld
  )
}
