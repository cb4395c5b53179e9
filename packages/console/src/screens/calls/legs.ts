import type { LedgerTransfer } from '@mcp-orchestra/sdk'

/** What transfers did to one account: atomic units in one asset, below zero when money left it. */
export type Leg = { readonly account: string; readonly asset: string; readonly amount: string }

/** The net effect of posted transfers. */
export type Legs = {
  /** Accounts that changed: those that money left first, then those that gained most. */
  readonly legs: readonly Leg[]
  /** Per asset, the sum over all accounts: "0", or the books are wrong. */
  readonly sums: readonly { readonly asset: string; readonly amount: string }[]
}

/** Adds up what transfers did per account and asset; holds and voids move nothing. */
export function legsOf(transfers: readonly LedgerTransfer[]): Legs {
  const moved = new Map<string, { account: string; asset: string; amount: bigint }>()
  const add = (account: string, asset: string, amount: bigint): void => {
    const key = `${account}\n${asset}`
    const before = moved.get(key)?.amount ?? 0n
    moved.set(key, { account, asset, amount: before + amount })
  }
  for (const { kind, debit, credit, amount, asset } of transfers) {
    if (kind === 'hold' || kind === 'void_of_hold') continue
    add(debit, asset, -BigInt(amount))
    add(credit, asset, BigInt(amount))
  }
  const all = [...moved.values()]
  const assets = [...new Set(all.map(({ asset }) => asset))]
  return {
    legs: all
      .filter(({ amount }) => amount !== 0n)
      .toSorted(byEffect)
      .map((leg) => ({ ...leg, amount: leg.amount.toString() })),
    sums: assets.map((asset) => ({
      asset,
      amount: all
        .filter((leg) => leg.asset === asset)
        .reduce((sum, { amount }) => sum + amount, 0n)
        .toString(),
    })),
  }
}

/** What left payers' accounts altogether in an asset: of a batch, what all its calls cost. */
export function paidIn(legs: readonly Leg[], asset: string): string {
  return legs
    .filter((leg) => leg.asset === asset && leg.amount.startsWith('-'))
    .reduce((sum, { amount }) => sum - BigInt(amount), 0n)
    .toString()
}

function byEffect(a: { amount: bigint }, b: { amount: bigint }): number {
  if (a.amount === b.amount) return 0
  const [left, right] = [a.amount < 0n, b.amount < 0n]
  if (left !== right) return left ? -1 : 1
  return a.amount < b.amount === left ? -1 : 1
}
