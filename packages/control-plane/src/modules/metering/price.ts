import { tariffOfPrice, type MeteredPrice } from '@mcp-orchestra/api/metered-price'
import type { AssetId, Id, Instant, Tariff } from '@mcp-orchestra/kernel'

/** Platform fee of a price version when nobody agreed otherwise: 250 bps are 2.5 % (architecture §10). */
export const FEE_BPS_DEFAULT = 250

/** An immutable price version of one tool or of every tool without one, in the asset's smallest unit (spending §2.7). */
export type Price = {
  readonly id: Id<'prc'>
  readonly serverId: Id<'srv'>
  /** `*`: every tool without a price of its own. */
  readonly tool: string
  /** Unique among all versions that a tool can be priced by: its own and the server's default. */
  readonly version: number
  /** Who owned the server at publication: who is paid under this version. */
  readonly publisherId: Id<'org'>
  /** Per call. */
  readonly amount: bigint
  /** What is metered besides; absent where a call costs its amount and no more. */
  readonly metered?: MeteredPrice | undefined
  readonly asset: AssetId
  /** Fixed in the version: a later fee schedule never reaches back. */
  readonly feeBps: number
  readonly publishedAt: Instant
  readonly startsAt: Instant
}

type PricedBy = Pick<Price, 'amount' | 'metered'>

/** Every call of a batch asks again; a version never changes. */
const tariffs = new WeakMap<PricedBy, Tariff>()

/** All that a call costs by a version. */
export function tariffOf(price: PricedBy): Tariff {
  const known = tariffs.get(price)
  if (known !== undefined) return known
  const tariff = tariffOfPrice({ amount: price.amount.toString(), metered: price.metered })
  tariffs.set(price, tariff)
  return tariff
}
