import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { DataTable, Identifier, Money, type Column } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { monthText } from '../journal/period.ts'
import type { UsageGroup } from './groups.ts'
import type { Grouping } from './search.ts'

const COLUMNS_OF: Readonly<Record<Grouping, readonly string[]>> = {
  line: ['month', 'server', 'tool'],
  server: ['server'],
  tool: ['tool', 'server'],
  month: ['month'],
}

/** Sums, one a row; amounts are exact. */
export function GroupsTable({
  groups,
  by,
  names,
  loading,
  empty,
}: {
  groups: readonly UsageGroup[]
  by: Grouping
  names: Names
  loading: boolean
  empty: ReactNode
}) {
  const { t, i18n } = useLingui()
  const named: readonly Column<UsageGroup>[] = [
    {
      id: 'month',
      header: t`Month`,
      cell: ({ month }) => (month === undefined ? '–' : monthText(month, i18n.locale)),
      sortValue: ({ month }) => month ?? '',
    },
    {
      id: 'tool',
      header: t`Tool`,
      cell: ({ tool }) => <code className="break-all">{tool}</code>,
      sortValue: ({ tool }) => tool ?? '',
    },
    {
      id: 'server',
      header: t`Server`,
      cell: ({ serverId }) => <ServerName id={serverId} names={names} />,
      sortValue: ({ serverId }) => nameOf(serverId, names),
    },
  ]
  const columns: readonly Column<UsageGroup>[] = [
    ...chosen(named, COLUMNS_OF[by]),
    {
      id: 'calls',
      header: t`Charged calls`,
      align: 'end',
      cell: ({ calls }) => new Intl.NumberFormat(i18n.locale).format(calls),
      sortValue: ({ calls }) => calls,
    },
    {
      id: 'amount',
      header: t`Amount`,
      align: 'end',
      cell: ({ amount, asset }) => (
        <span className="font-mono">
          <Money value={{ amount: amount.toString(), asset }} />
        </span>
      ),
      sortValue: ({ amount }) => amount,
    },
  ]
  return (
    <DataTable
      key={by}
      caption={t`What charged calls came to`}
      columns={columns}
      rows={groups}
      getRowId={({ id }) => id}
      loading={loading}
      empty={empty}
    />
  )
}

/** The columns of these ids, in their order; the first one names the row. */
function chosen(
  columns: readonly Column<UsageGroup>[],
  ids: readonly string[],
): readonly Column<UsageGroup>[] {
  return ids
    .flatMap((id) => columns.filter((column) => column.id === id))
    .map((column, index) => (index === 0 ? { ...column, rowHeader: true } : column))
}

function nameOf(id: string | undefined, names: Names): string {
  return id === undefined ? '' : (names.server(id)?.name ?? id)
}

function ServerName({ id, names }: { id: string | undefined; names: Names }) {
  if (id === undefined) return '–'
  const server = names.server(id)
  return server === undefined ? <Identifier value={id} /> : <span title={id}>{server.name}</span>
}
