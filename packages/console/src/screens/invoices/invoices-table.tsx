import { useLingui } from '@lingui/react/macro'
import type { Invoice } from '@mcp-orchestra/sdk'
import { useMemo, type ReactNode } from 'react'
import { DataTable, Money, Time, type Column } from '../../kit/index.ts'
import { monthText } from '../journal/period.ts'
import { moneyOfCents } from './cents.ts'
import { InvoiceKind } from './invoice-kind.tsx'

/** Invoices, self-billing invoices and credit notes, one a row. */
export function InvoicesTable({
  invoices,
  loading,
  empty,
  onOpen,
}: {
  invoices: readonly Invoice[]
  loading: boolean
  empty: ReactNode
  onOpen: (invoice: Invoice) => void
}) {
  const { t, i18n } = useLingui()
  const columns = useMemo((): readonly Column<Invoice>[] => {
    return [
      { id: 'number', header: t`Number`, rowHeader: true, cell: ({ number }) => number },
      { id: 'kind', header: t`Kind`, cell: ({ kind }) => <InvoiceKind kind={kind} /> },
      { id: 'month', header: t`Month`, cell: ({ month }) => monthText(month, i18n.locale) },
      { id: 'issued', header: t`Issued`, cell: ({ issuedAt }) => <Time value={issuedAt} /> },
      {
        id: 'total',
        header: t`Total`,
        align: 'end',
        cell: ({ totalCents }) => (
          <span className="font-mono">
            <Money value={moneyOfCents(totalCents)} />
          </span>
        ),
      },
    ]
  }, [t, i18n])
  return (
    <DataTable
      caption={t`Invoices and credit notes, newest first`}
      columns={columns}
      rows={invoices}
      getRowId={({ id }) => id}
      rowLabel={({ number }) => t`${number}, open the document`}
      onRowOpen={onOpen}
      loading={loading}
      empty={empty}
    />
  )
}
