import { useLingui } from '@lingui/react/macro'
import type { Reconciliation } from '@mcp-orchestra/sdk'
import { useMemo } from 'react'
import { DataTable, StatusDot, type Column } from '../../../kit/index.ts'

type Check = Reconciliation['checks'][number]

/** What must hold, of how many things it was looked at, and whether it does. The sentences are the platform's. */
export function ChecksTable({ checks }: { checks: readonly Check[] }) {
  const { t, i18n } = useLingui()
  const columns = useMemo((): readonly Column<Check>[] => {
    return [
      {
        id: 'says',
        header: t`What must hold`,
        rowHeader: true,
        phone: 'wide',
        cell: ({ says, check }) => (
          <span className="flex flex-col">
            <span lang="en">{says}</span>
            <code className="text-sm text-muted">{check}</code>
          </span>
        ),
      },
      {
        id: 'compared',
        header: t`Compared`,
        align: 'end',
        cell: ({ compared }) => i18n.number(compared),
      },
      {
        id: 'holds',
        header: t`Outcome`,
        cell: ({ holds }) =>
          holds ? (
            <StatusDot tone="good" label={t`Holds`} />
          ) : (
            <StatusDot tone="bad" label={t`Does not hold`} />
          ),
      },
    ]
  }, [t, i18n])
  return (
    <DataTable
      caption={t`What was compared`}
      columns={columns}
      rows={checks}
      getRowId={({ check }) => check}
    />
  )
}
