import { amountOf } from '@mcp-orchestra/api/amount'
import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import { showAmount } from '@mcp-orchestra/api/money'
import { money, toRfc3339, type AssetId } from '@mcp-orchestra/kernel'
import type { Price } from '../price.ts'
import type { UsageEvent } from '../usage-event.ts'

/** A price version on the wire. */
export function priceDocument(price: Price) {
  return {
    id: price.id,
    serverId: price.serverId,
    tool: price.tool,
    version: price.version,
    price: showAmount(money(price.amount, price.asset)),
    metered: price.metered === undefined ? null : meteredDocument(price.metered, price.asset),
    feeBps: price.feeBps,
    publishedAt: toRfc3339(price.publishedAt),
    startsAt: toRfc3339(price.startsAt),
  }
}

function meteredDocument(
  { components, maximum, tokenizer, leastBid }: MeteredPrice,
  asset: AssetId,
) {
  return {
    components,
    maximum: showAmount(money(amountOf(maximum), asset)),
    tokenizer: tokenizer ?? null,
    leastBid: leastBid === undefined ? null : showAmount(money(amountOf(leastBid), asset)),
  }
}

/** A call on the wire. */
export function usageEventDocument(event: UsageEvent) {
  const {
    at,
    amount: _claimed,
    posted,
    reserved,
    asset,
    snapshotVersion: _version,
    toolHash: _toolHash,
    fee: _fee,
    grossBefore: _grossBefore,
    unitsBefore: _unitsBefore,
    units,
    unitsFrom,
    ...rest
  } = event
  return {
    ...rest,
    at: toRfc3339(at),
    units: units ?? null,
    unitsFrom: unitsFrom ?? null,
    amount: showAmount(money(posted, asset)),
    reserved: showAmount(money(reserved, asset)),
  }
}
