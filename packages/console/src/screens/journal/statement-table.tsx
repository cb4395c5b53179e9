import { Trans, useLingui } from '@lingui/react/macro'
import type { Statement } from '@mcp-orchestra/sdk'
import { useMemo } from 'react'
import { DataTable, Identifier, Money, type Column } from '../../kit/index.ts'
import { useNames, type Names } from '../../queries/names.ts'
import { CallTime } from '../calls/call-time.tsx'
import { AccountText } from './account-text.tsx'
import { TransferReference } from './transfer-reference.tsx'

type Entry = Statement['items'][number]

/** Postings of an account, oldest first, each with the balance after it. */
export function StatementTable({ entries, asset }: { entries: readonly Entry[]; asset: string }) {
  const { t } = useLingui()
  return (
    <DataTable
      caption={t`Postings of the statement, oldest first`}
      columns={useColumns(useNames(), asset)}
      rows={entries}
      getRowId={({ transfer }) => transfer.id}
      empty={
        <p className="p-(--size-card-pad) text-muted">
          <Trans>Nothing moved this account in this month.</Trans>
        </p>
      }
    />
  )
}

function useColumns(names: Names, asset: string): readonly Column<Entry>[] {
  const { t } = useLingui()
  return useMemo(
    () => [
      { id: 'at', header: t`Time`, cell: ({ transfer }) => <CallTime value={transfer.at} /> },
      {
        id: 'other',
        header: t`Other account`,
        rowHeader: true,
        cell: ({ transfer, side }) => (
          <AccountText name={side === 'debit' ? transfer.credit : transfer.debit} names={names} />
        ),
      },
      {
        id: 'amount',
        header: t`Amount`,
        align: 'end',
        cell: ({ transfer, side }) => (
          <span className="font-mono">
            <Money
              sign
              value={{ asset, amount: side === 'debit' ? `-${transfer.amount}` : transfer.amount }}
            />
          </span>
        ),
      },
      {
        id: 'balance',
        header: t`Balance`,
        align: 'end',
        cell: ({ balance }) => (
          <span className="font-mono">
            <Money value={{ amount: balance, asset }} />
          </span>
        ),
      },
      {
        id: 'reference',
        header: t`For`,
        cell: ({ transfer }) => <TransferReference reference={transfer.reference} />,
      },
      {
        id: 'id',
        header: t`Transfer`,
        cell: ({ transfer }) => <Identifier value={transfer.id} copy />,
      },
    ],
    [t, names, asset],
  )
}
