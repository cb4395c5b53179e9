import { useLingui } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { ArrowRight } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { DataTable, Identifier, Money, type Column } from '../../kit/index.ts'
import { useNames, type Names } from '../../queries/names.ts'
import { CallTime } from '../calls/call-time.tsx'
import { AccountText } from './account-text.tsx'
import { LinkedMark } from './linked-mark.tsx'
import { markLinked, type LinkedTransfer } from './linked.ts'
import { TransferKind } from './transfer-kind.tsx'
import { TransferReference } from './transfer-reference.tsx'

/** Transfers of the ledger, newest first; those of one thing hang together. */
export function TransfersTable({
  transfers,
  caption,
  loading = false,
  brief = false,
  empty,
  onOpen,
}: {
  transfers: readonly LedgerTransfer[]
  caption: string
  loading?: boolean
  /** Without the columns that only the whole journal needs. */
  brief?: boolean
  empty?: ReactNode
  /** Opens one down to its postings. */
  onOpen?: (transfer: LedgerTransfer) => void
}) {
  const rows = useMemo(() => markLinked(transfers), [transfers])
  return (
    <DataTable
      caption={caption}
      columns={useColumns(useNames(), brief)}
      rows={rows}
      getRowId={({ id }) => id}
      onRowOpen={onOpen}
      loading={loading}
      empty={empty}
    />
  )
}

function useColumns(names: Names, brief: boolean): readonly Column<LinkedTransfer>[] {
  const { t } = useLingui()
  return useMemo(() => {
    const columns: readonly Column<LinkedTransfer>[] = [
      {
        id: 'accounts',
        header: t`From → to`,
        rowHeader: true,
        cell: (transfer) => <Accounts transfer={transfer} names={names} />,
      },
      { id: 'at', header: t`Time`, cell: ({ at }) => <CallTime value={at} /> },
      {
        id: 'amount',
        header: t`Amount`,
        align: 'end',
        cell: (transfer) => (
          <span className="font-mono">
            <Money value={transfer} />
          </span>
        ),
      },
      { id: 'kind', header: t`Kind`, cell: ({ kind }) => <TransferKind kind={kind} /> },
      {
        id: 'reference',
        header: t`For`,
        cell: ({ reference }) => <TransferReference reference={reference} />,
      },
    ]
    if (brief) return columns.filter(({ id }) => id !== 'kind')
    return [
      ...columns,
      { id: 'id', header: t`Transfer`, cell: ({ id }) => <Identifier value={id} copy /> },
    ]
  }, [t, brief, names])
}

/** The debited account and the credited one. */
function Accounts({ transfer, names }: { transfer: LinkedTransfer; names: Names }) {
  const { t } = useLingui()
  return (
    <span className="relative flex flex-col gap-0.5">
      <LinkedMark transfer={transfer} />
      <AccountText name={transfer.debit} names={names} />
      <span className="flex items-start gap-1.5">
        <ArrowRight
          size={14}
          aria-label={t`to`}
          className="mt-[3px] shrink-0 text-muted rtl:rotate-180"
        />
        <AccountText name={transfer.credit} names={names} />
      </span>
    </span>
  )
}
