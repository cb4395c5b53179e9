import { useLingui } from '@lingui/react/macro'
import type { Reconciliation } from '@mcp-orchestra/sdk'
import { useMemo } from 'react'
import { DataTable, Money, type Column } from '../../../kit/index.ts'

type Finding = Reconciliation['findings'][number]
type Row = { readonly id: string; readonly finding: Finding }

/** Differences: what was expected, what was found, and what it is about. */
export function FindingsTable({ findings }: { findings: readonly Finding[] }) {
  const { t } = useLingui()
  const rows = useMemo(
    () => findings.map((finding, index) => ({ id: String(index), finding })),
    [findings],
  )
  const columns = useMemo((): readonly Column<Row>[] => {
    return [
      {
        id: 'subject',
        header: t`About`,
        rowHeader: true,
        cell: ({ finding }) => <code className="break-all">{finding.subject}</code>,
      },
      { id: 'check', header: t`Check`, cell: ({ finding }) => <code>{finding.check}</code> },
      {
        id: 'expected',
        header: t`Expected`,
        align: 'end',
        cell: ({ finding: { expected, asset } }) => <Amount amount={expected} asset={asset} />,
      },
      {
        id: 'found',
        header: t`Found`,
        align: 'end',
        cell: ({ finding: { found, asset } }) => <Amount amount={found} asset={asset} />,
      },
      {
        id: 'note',
        header: t`Note`,
        cell: ({ finding }) => <span lang="en">{finding.note}</span>,
      },
    ]
  }, [t])
  return (
    <DataTable caption={t`Differences`} columns={columns} rows={rows} getRowId={({ id }) => id} />
  )
}

function Amount({ amount, asset }: { amount: string; asset: string }) {
  return (
    <span className="font-mono">
      <Money value={{ amount, asset }} />
    </span>
  )
}
