import type { PriceEntity, SettingsEntity } from '@mcp-orchestra/api/snapshot'
import { assert, reservationOf } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { CallIntent } from './charge.ts'
import { tariffOf } from './metered/metered-call.ts'
import { refuse } from './problems.ts'

/** How long a strict principal is served after the control plane was last heard (spending §7.20). */
const STRICT_STALE_MS_MAX = 1_000

/** Throws `charge.snapshot_stale` when the control plane was silent for longer than this caller may be served. */
export function refuseStale(
  caller: CallerIdentity,
  settings: SettingsEntity | undefined,
  staleMs: number,
): asserts settings is SettingsEntity {
  if (settings === undefined) throw refuse('charge.snapshot_stale', { retryAfterSeconds: 1 })
  const staleMsMax = caller.key.strict ? STRICT_STALE_MS_MAX : settings.maxStaleMs
  if (staleMs > staleMsMax) throw refuse('charge.snapshot_stale', { retryAfterSeconds: 1 })
}

/**
 * Throws `charge.price_changed` when the price in force is not one the caller named (spending §2.7). Of a price by
 * tokens a maximum is a bid: it is refused when the request alone can cost more, or when the listing wants more.
 */
export function refuseDearer(intent: CallIntent, price: PriceEntity): void {
  const { maxCharge, expectedPriceVersion } = intent
  const isDearer =
    maxCharge !== undefined &&
    (maxCharge.asset !== price.asset || leastAccepted(price) > maxCharge.amount)
  const isOther = expectedPriceVersion !== undefined && expectedPriceVersion !== price.version
  if (!isDearer && !isOther) return
  const { asset, version } = price
  const amount = price.metered?.maximum ?? price.amount
  throw refuse('charge.price_changed', { members: { price: { amount, asset, version } } })
}

/**
 * The least that a caller may bid: the most that the request itself can cost, which is known before the call, and what
 * the listing wants besides. Only tokens are bid for: nobody knows before how many there will be.
 */
function leastAccepted(price: PriceEntity): bigint {
  const { components, maximum } = tariffOf(price)
  const known = components.filter(({ meter }) => meter === 'request')
  const perCall = reservationOf({ components: known, maximum }, undefined)
  assert(perCall !== undefined, 'a request costs an amount that has an end')
  if (price.metered === undefined) return perCall
  const least = BigInt(price.metered.leastBid ?? '1')
  return perCall > least ? perCall : least
}
