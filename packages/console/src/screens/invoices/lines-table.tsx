import { Trans, useLingui } from '@lingui/react/macro'
import type { Invoice } from '@mcp-orchestra/sdk'
import { useMemo, type ReactNode } from 'react'
import { DataTable, Money, type Column } from '../../kit/index.ts'
import { useNames, type Names } from '../../queries/names.ts'
import { monthText } from '../journal/period.ts'
import { moneyOfCents } from './cents.ts'

type Line = Invoice['lines'][number]
type Row = { readonly id: string; readonly line: Line }

/** What stands on an invoice: a line for each tool, price version and month, what was given back, and the platform's fee. */
export function LinesTable({ lines, empty }: { lines: readonly Line[]; empty?: ReactNode }) {
  const { t, i18n } = useLingui()
  const names = useNames()
  // Lines have no id of their own; an invoice never changes, so their places are one.
  const rows = useMemo(() => lines.map((line, index) => ({ id: String(index), line })), [lines])
  const columns = useMemo((): readonly Column<Row>[] => {
    return [
      {
        id: 'what',
        header: t`What for`,
        rowHeader: true,
        cell: ({ line }) => <LineName line={line} names={names} />,
      },
      { id: 'month', header: t`Month`, cell: ({ line }) => monthText(line.month, i18n.locale) },
      {
        id: 'calls',
        header: t`Calls`,
        align: 'end',
        cell: ({ line }) => numberText(line.calls, i18n.locale),
      },
      {
        id: 'unit',
        header: t`Price`,
        align: 'end',
        cell: ({ line }) => <UnitPrice line={line} />,
      },
      {
        id: 'exact',
        header: t`Exact`,
        align: 'end',
        phone: 'hidden',
        cell: ({ line }) => (
          <span className="font-mono text-muted">
            <Money value={line.exact} />
          </span>
        ),
      },
      {
        id: 'amount',
        header: t`Amount`,
        align: 'end',
        cell: ({ line }) => (
          <span className="font-mono">
            <Money value={moneyOfCents(line.cents)} />
          </span>
        ),
      },
    ]
  }, [t, i18n, names])
  return (
    <DataTable
      caption={t`Lines of the invoice`}
      columns={columns}
      rows={rows}
      getRowId={({ id }) => id}
      empty={empty}
    />
  )
}

function LineName({ line, names }: { line: Line; names: Names }) {
  if (line.kind === 'fee') return <Trans>Fee of the platform</Trans>
  const server = line.serverId === null ? undefined : names.server(line.serverId)?.name
  return (
    <span className="flex flex-col">
      <span>
        {line.kind === 'refund' && (
          <>
            <Trans>Refund of</Trans>{' '}
          </>
        )}
        <code>{line.tool}</code>
      </span>
      <span className="text-sm text-muted">{server ?? line.serverId}</span>
    </span>
  )
}

/** Prices below a cent stand for 10, 100 … calls, so that they are whole cents. */
function UnitPrice({ line: { unitPrice } }: { line: Line }) {
  if (unitPrice === null) return <span className="text-muted">–</span>
  const { cents, baseQuantity } = unitPrice
  return (
    <span className="font-mono">
      <Money value={moneyOfCents(cents)} />
      {baseQuantity !== '1' && (
        <span className="text-muted">
          {' '}
          <Trans>for {baseQuantity}</Trans>
        </span>
      )}
    </span>
  )
}

/** A whole number of any size, in the reader's language. */
function numberText(decimal: string, locale: string): string {
  return new Intl.NumberFormat(locale).format(BigInt(decimal)).replace('-', '−')
}
