import { Plural, Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Badge, Duration, Identifier, Money, TextLink } from '../../../kit/index.ts'
import { balanceQuery } from '../../../queries/own-balance.ts'
import { useMay, useOrchestra } from '../../../session/index.ts'
import type { CallRecord } from '../call/call-record.ts'
import { spendable } from '../../../queries/spendable.ts'

/** What a call cost, what is left, how long it took, and where it is in the books. */
export function ReceiptLine({ record }: { record: CallRecord }) {
  const may = useMay('balance:read')
  const balance = useQuery({ ...balanceQuery(useOrchestra()), enabled: may })
  const { outcome, durationMs } = record
  const response = outcome.kind === 'answered' ? outcome.response : undefined
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <Charge record={record} />
      {balance.data !== undefined && (
        <span>
          <Trans>
            Balance now <Money value={spendable(balance.data)} />
          </Trans>
        </span>
      )}
      <Duration ms={response?.durationMs ?? durationMs} />
      {response !== undefined && response.attempts > 1 && (
        <Plural value={response.attempts} one="sent once" other="sent # times" />
      )}
      {response?.receipt !== undefined && (
        <span className="inline-flex items-center gap-1">
          <Trans>
            Call{' '}
            <TextLink to="/calls/$id" params={{ id: response.receipt.eventId }}>
              <Identifier value={response.receipt.eventId} />
            </TextLink>
          </Trans>
        </span>
      )}
    </div>
  )
}

/** Problems after which nobody here knows whether the call ran, and so whether it was paid. */
const UNSURE = new Set(['sdk.connection_lost', 'sdk.timeout'])

function Charge({ record: { outcome, price } }: { record: CallRecord }) {
  if (outcome.kind === 'answered') {
    const charged = outcome.response.receipt?.charged
    if (outcome.response.receipt?.repeated === true)
      return <Trans>Paid before, nothing charged again</Trans>
    if (charged !== undefined && BigInt(charged.amount) > 0n) {
      return (
        <Badge tone="accent">
          <span>
            <Trans>
              Charged <Money value={charged} />
            </Trans>
          </span>
        </Badge>
      )
    }
    return <Badge>{price === undefined ? <Trans>Free</Trans> : <Trans>Not charged</Trans>}</Badge>
  }
  const isUnsure = outcome.kind === 'refused' && UNSURE.has(outcome.problem.code)
  if (
    price !== undefined &&
    (isUnsure || outcome.kind === 'failed' || outcome.kind === 'cancelled')
  ) {
    return (
      <Badge tone="warn">
        <Trans>Charged only if it had been answered</Trans>
      </Badge>
    )
  }
  return (
    <Badge>
      <Trans>Not charged</Trans>
    </Badge>
  )
}
