import { Trans } from '@lingui/react/macro'
import { Money } from '../../../kit/index.ts'
import type { ServerFigures } from './server-row.ts'

/** What calls of a server cost: free, one price, or from the cheapest to the dearest tool. */
export function PriceRange({ priceFrom, priceTo }: Pick<ServerFigures, 'priceFrom' | 'priceTo'>) {
  if (priceFrom === null || priceTo === null || isZero(priceTo)) {
    return (
      <span className="text-muted">
        <Trans>Free</Trans>
      </span>
    )
  }
  if (priceFrom.amount === priceTo.amount) return <Money value={priceTo} precision="short" />
  return (
    <span className="inline-flex flex-wrap justify-end gap-x-1">
      {isZero(priceFrom) ? <Trans>Free</Trans> : <Money value={priceFrom} precision="short" />}
      <span>–</span>
      <Money value={priceTo} precision="short" />
    </span>
  )
}

function isZero({ amount }: { amount: string }): boolean {
  return BigInt(amount) === 0n
}
