import { Trans } from '@lingui/react/macro'
import type { Price } from '@mcp-orchestra/sdk'
import { Money } from '../../../kit/index.ts'

/** What a call costs by a version: its amount, or the most that a metered call may cost. */
export function ShownPrice({ price }: { price: Price }) {
  if (price.metered !== null) {
    return (
      <Trans>
        up to <Money value={price.metered.maximum} />
      </Trans>
    )
  }
  if (BigInt(price.price.amount) === 0n) return <Trans>Free</Trans>
  return <Money value={price.price} />
}
