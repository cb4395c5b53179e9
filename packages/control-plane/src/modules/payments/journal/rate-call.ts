import { countsTokens, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import { EVERY_TOOL } from '@mcp-orchestra/api/snapshot'
import { claimOf } from '@mcp-orchestra/kernel'
import { tariffOf, type MeteredCall, type Price } from '../../metering/index.ts'

/** Whether the books agree with what a gateway claims for a call; `claim` is the most that it costs. */
export type Rating =
  | { readonly kind: 'agreed'; readonly claim: bigint; readonly price: Price }
  | { readonly kind: 'disagreed'; readonly reason: string }

/**
 * The rater (spending §2.8): a charged call claims what its price version says of its units, wherever in their month
 * they fall, at most what was reserved. A claim that differs from it in amount, parties, tool, asset or fee is
 * not posted.
 */
export function rateCall(call: MeteredCall, price: Price | undefined): Rating {
  if (price === undefined) return disagreed('the price version is not known')
  const isItsPrice = price.tool === call.tool || price.tool === EVERY_TOOL
  if (price.serverId !== call.serverId || !isItsPrice) {
    return disagreed('the price version belongs to another tool')
  }
  if (price.publisherId !== call.publisherId) return disagreed('the publisher is another one')
  if (price.asset !== call.asset) return disagreed('the asset is another one')
  if (price.feeBps !== call.feeBps) return disagreed('the fee is another one')
  const tariff = tariffOf(price)
  if (countsTokens(tariff) !== (call.units !== undefined)) {
    return disagreed(
      'the price version counts tokens and the record does not, or the other way round',
    )
  }
  const claim = claimOf(tariff, unitsOfCall(call.units), call.reserved)
  if (claim !== call.amount) {
    return disagreed(`the price version says ${claim}, the record ${call.amount}`)
  }
  return { kind: 'agreed', claim, price }
}

function disagreed(reason: string): Rating {
  return { kind: 'disagreed', reason }
}
