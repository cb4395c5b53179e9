import { useLingui } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { StatusDot } from '../../kit/index.ts'

/** What a transfer is: money that moved, or a hold and what became of it. */
export function TransferKind({ kind }: { kind: LedgerTransfer['kind'] }) {
  const { t } = useLingui()
  switch (kind) {
    case 'posted':
      return <StatusDot tone="good" label={t`Posted`} />
    case 'hold':
      return <StatusDot tone="info" label={t`Pending (hold)`} />
    case 'post_of_hold':
      return <StatusDot tone="good" label={t`Hold posted`} />
    case 'void_of_hold':
      return <StatusDot tone="neutral" label={t`Hold voided`} />
  }
}
