import { Trans } from '@lingui/react/macro'
import type { Invoice } from '@mcp-orchestra/sdk'
import { Badge } from '../../kit/index.ts'

/** Which of the three documents it is. */
export function InvoiceKind({ kind }: { kind: Invoice['kind'] }) {
  switch (kind) {
    case 'invoice':
      return (
        <Badge>
          <Trans>Invoice</Trans>
        </Badge>
      )
    case 'self_billing':
      return (
        <Badge tone="good">
          <Trans>Self-billing</Trans>
        </Badge>
      )
    case 'credit_note':
      return (
        <Badge tone="warn">
          <Trans>Credit note</Trans>
        </Badge>
      )
  }
}
