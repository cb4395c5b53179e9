import type { AccountName } from '../../ledger/index.ts'

/** An account that may be drawn on, and what it holds, in the asset's smallest unit. */
export type Source = { readonly account: AccountName; readonly available: bigint }

/** What is taken of each source, in their order, and what they do not cover. */
export type Draw = {
  readonly taken: readonly { readonly account: AccountName; readonly amount: bigint }[]
  readonly short: bigint
}

/** Takes an amount from the first source that has any, then from the next. */
export function drawFrom(amount: bigint, sources: readonly Source[]): Draw {
  let short = amount
  const taken = sources.flatMap(({ account, available }) => {
    const part = available < short ? available : short
    if (part <= 0n) return []
    short -= part
    return [{ account, amount: part }]
  })
  return { taken, short }
}
