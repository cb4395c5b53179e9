import { Trans } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { Money } from '../../kit/index.ts'

/** What a call cost its payer: an amount, free, or not charged although it had a price. */
export function CallAmount({ call }: { call: UsageEvent }) {
  if (call.amount.amount !== '0') return <Money value={call.amount} />
  return (
    <span className="whitespace-nowrap text-muted">
      {call.reserved.amount === '0' ? <Trans>Free</Trans> : <Trans>Not charged</Trans>}
    </span>
  )
}
