import { Trans } from '@lingui/react/macro'
import type { Case } from '@mcp-orchestra/sdk'
import { Identifier, Money, Time } from '../../kit/index.ts'

/** A case in a line: what it is about, what is at stake, since when. */
export function CaseText({ value }: { value: Case }) {
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="font-medium">{value.kind.replaceAll('_', ' ')}</span>
      <Identifier value={value.subject} />
      {value.amount !== null && value.amount.amount !== '0' && <Money value={value.amount} />}
      <span className="text-muted">
        <Trans>
          since <Time value={value.openedAt} relative />
        </Trans>
      </span>
    </span>
  )
}
