/* oxlint-disable jsx-a11y/control-has-associated-label -- the table only keeps the place, and is hidden from screen readers */
import { Trans } from '@lingui/react/macro'
import type { Column } from './table-column.ts'

/** Rows that a loading table keeps free: about a first page, so that little moves when they come. */
const ROWS = 6

/** A table whose rows are on their way, as high as it will be. */
export function TableSkeleton<Row>({
  columns,
  caption,
}: {
  columns: readonly Column<Row>[]
  caption: string
}) {
  return (
    <div role="status">
      <span className="sr-only">
        {caption}: <Trans>Loading</Trans>
      </span>
      <table aria-hidden className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} data-align={column.align}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: ROWS }, (_, row) => (
            <tr key={row}>
              {columns.map((column) => (
                <td key={column.id} data-phone={column.phone}>
                  <div className="cell h-5 animate-pulse rounded-sm bg-hover" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
