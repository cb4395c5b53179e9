import { assert } from '@mcp-orchestra/kernel'

/** A request takes at most one part in this many of what is there, so that other gateways find some too. */
export const SHARE_OF_AVAILABLE = 4n

/** One source that a lease is taken from: the balance, or a cap's window. */
export type LeaseSource<Name> = { readonly name: Name; readonly available: bigint }

/** How much to take from every source, or the first source that has less than is needed. */
export type LeaseSize<Name> =
  | { readonly kind: 'take'; readonly amount: bigint }
  | { readonly kind: 'short'; readonly source: Name; readonly available: bigint }

/**
 * Sizes a lease: `wanted` up to a quarter of the scarcest source, and never less than `needed`; when
 * sources are short that is exactly `needed`, so a poor payer is granted per call (spending §1.5).
 * Every source gives the same amount or none gives any (spending §1.2).
 */
export function sizeLease<Name>(
  request: { readonly needed: bigint; readonly wanted: bigint },
  sources: readonly LeaseSource<Name>[],
): LeaseSize<Name> {
  assert(request.needed > 0n, 'a lease is asked for an amount above zero')
  let scarcest: bigint | undefined
  for (const { name, available } of sources) {
    if (available < request.needed) return { kind: 'short', source: name, available }
    if (scarcest === undefined || available < scarcest) scarcest = available
  }
  assert(scarcest !== undefined, 'a lease has at least one source')
  const share = scarcest / SHARE_OF_AVAILABLE
  const amount = request.wanted < share ? request.wanted : share
  return { kind: 'take', amount: amount > request.needed ? amount : request.needed }
}
