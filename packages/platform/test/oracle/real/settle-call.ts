import type { UsageRecord } from '@mcp-orchestra/api/journal-record'
import { countsTokens, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { assert, claimOf, instant, reservationOf } from '@mcp-orchestra/kernel'
import type { Price } from '../../../../control-plane/src/modules/metering/index.ts'
import { meteredBy, tariffOf } from '../../../../gateway/src/charge/metered/metered-call.ts'
import { dueOf, priceModelOf } from '../../../../gateway/src/charge/outcome-table.ts'
import { createPriceIndex, type PriceIndex } from '../../../../gateway/src/snapshot/price-index.ts'
import type { Call, Listing } from '../month/month.ts'
import { valueOf, type Registry } from './month-world.ts'

/** What a gateway writes down of a call's money. */
export type Settled = Pick<
  UsageRecord,
  'priceId' | 'feeBps' | 'asset' | 'reserved' | 'amount' | 'units' | 'unitsFrom'
>

/** The prices as gateways know them. */
export function indexPrices(prices: Iterable<Price>): PriceIndex {
  const index = createPriceIndex()
  for (const { publisherId: _, publishedAt: __, startsAt, amount, metered, ...price } of prices) {
    index.put({
      ...price,
      ...(metered === undefined ? {} : { metered }),
      amount: amount.toString(),
      startsAtMs: startsAt,
    })
  }
  return index
}

/** Reserves and settles a call by the gateway's own rules. */
export function settleCall(
  index: PriceIndex,
  call: Call,
  { names, listing }: { readonly names: Registry; readonly listing: Listing },
): Settled {
  const price = index.inForce(valueOf(names.servers, call.server), call.tool, instant(call.at))
  assert(price !== undefined, 'every tool of the month has a price')
  const terms = { priceId: price.id, feeBps: price.feeBps, asset: price.asset }
  const model = priceModelOf(price)
  if (model === 'free') return { ...terms, reserved: '0', amount: '0' }
  const reserved = reservationOf(tariffOf(price), model === 'per_token' ? call.bid : undefined)
  assert(reserved !== undefined, 'a price has an end')
  const due = dueOf(call.outcome, model, { chargeToolErrors: listing.chargesToolErrors })
  const { amount, ...metered } =
    due === 'nothing' ? { amount: 0n } : meter(price, call, { reserved, due })
  return { ...terms, reserved: reserved.toString(), amount: amount.toString(), ...metered }
}

function meter(
  price: PriceEntity,
  { tokens }: Call,
  { reserved, due }: { readonly reserved: bigint; readonly due: 'all' | 'delivered' },
) {
  const tariff = tariffOf(price)
  if (!countsTokens(tariff)) return { amount: claimOf(tariff, unitsOfCall(undefined), reserved) }
  if (tokens !== undefined) return meteredBy(price, { units: tokens, from: 'server' }, reserved)
  return due === 'all' ? { amount: 0n, unitsFrom: 'missing' as const } : { amount: 0n }
}
