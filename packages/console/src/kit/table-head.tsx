/* oxlint-disable jsx-a11y/no-interactive-element-to-noninteractive-role -- cards on a phone are display: grid, which takes a table's own roles away; they are written out */
import { Trans } from '@lingui/react/macro'
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import type { Column, Sort } from './table-column.ts'

/** The row of column heads; a sortable one is a button that turns the order round. */
export function TableHead<Row>({
  columns,
  sort,
  onSort,
}: {
  columns: readonly Column<Row>[]
  sort: Sort | undefined
  onSort: (sort: Sort) => void
}) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {columns.map((column) => {
          const sorted = sort?.id === column.id ? sort : undefined
          const order = sorted === undefined ? 'none' : sorted.desc ? 'descending' : 'ascending'
          return (
            <th
              key={column.id}
              role="columnheader"
              scope="col"
              data-align={column.align}
              aria-sort={column.sortValue === undefined ? undefined : order}
              style={column.width === undefined ? undefined : { width: column.width }}
            >
              {column.sortValue === undefined ? (
                column.header
              ) : (
                <button
                  type="button"
                  className="-mx-1 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 hover:text-text"
                  onClick={() =>
                    onSort({ id: column.id, desc: sorted !== undefined && !sorted.desc })
                  }
                >
                  {column.header}
                  <Arrow sorted={sorted} />
                </button>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function Arrow({ sorted }: { sorted: Sort | undefined }) {
  if (sorted === undefined) return <ChevronsUpDown size={12} aria-hidden />
  return sorted.desc ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />
}

/** What a table says to screen readers about how it is used. */
export function TableHelp() {
  return <Trans>Arrow up and down move between rows, Enter opens one.</Trans>
}
