import type { MeteredCall, Price } from '../../metering/index.ts'

/** Whether the books agree with what a gateway claims for a call. */
export type Rating =
  | { readonly kind: 'agreed'; readonly amount: bigint; readonly price: Price }
  | { readonly kind: 'disagreed'; readonly reason: string }

/**
 * The rater (spending §2.8): the final price of a charged call is what its price version says, at most
 * what was reserved. A claim that differs from it in amount, parties, tool, asset or fee is not posted.
 */
export function rateCall(call: MeteredCall, price: Price | undefined): Rating {
  if (price === undefined) return disagreed('the price version is not known')
  if (price.serverId !== call.serverId || price.tool !== call.tool) {
    return disagreed('the price version belongs to another tool')
  }
  if (price.publisherId !== call.publisherId) return disagreed('the publisher is another one')
  if (price.asset !== call.asset) return disagreed('the asset is another one')
  if (price.feeBps !== call.feeBps) return disagreed('the fee is another one')
  const final = call.reserved < price.amount ? call.reserved : price.amount
  if (final !== call.amount) {
    return disagreed(`the price version says ${final}, the record ${call.amount}`)
  }
  return { kind: 'agreed', amount: final, price }
}

function disagreed(reason: string): Rating {
  return { kind: 'disagreed', reason }
}
