import { Trans } from '@lingui/react/macro'
import { Identifier } from '../../kit/index.ts'

/** What a transfer was for: the thing that its reference names, or the words of who posted it. */
export function TransferReference({ reference }: { reference: string | null }) {
  if (reference === null) return <span className="text-muted">–</span>
  if (!/^[a-z]{3}_[0-9a-z]{26}$/.test(reference)) return <span>{reference}</span>
  const id = <Identifier value={reference} />
  switch (reference.slice(0, 4)) {
    case 'prc_':
      return <Trans>Calls at price {id}</Trans>
    case 'les_':
      return <Trans>Lease {id}</Trans>
    case 'evt_':
      return <Trans>Call {id}</Trans>
    default:
      return id
  }
}
