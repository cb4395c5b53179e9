/* oxlint-disable jsx-a11y/no-interactive-element-to-noninteractive-role -- cards on a phone are display: grid, which takes a table's own roles away; they are written out */
import type { Ref } from 'react'
import type { Column } from './table-column.ts'

/** One row: the cell that names it opens it; a press anywhere else on it does too. */
export function TableRow<Row>({
  row,
  index,
  columns,
  onOpen,
  label,
  current,
  selected,
  onFocus,
  measure,
}: {
  row: Row
  /** Place among all rows, from 0. */
  index: number
  columns: readonly Column<Row>[]
  onOpen: ((row: Row) => void) | undefined
  /** What the open button is called when its cell alone does not say it. */
  label: string | undefined
  /** Whether Tab comes to this row. */
  current: boolean
  selected: boolean
  onFocus: () => void
  measure?: Ref<HTMLTableRowElement> | undefined
}) {
  return (
    <tr
      ref={measure}
      role="row"
      data-index={index}
      data-open={onOpen === undefined ? undefined : ''}
      data-selected={selected ? '' : undefined}
      aria-rowindex={index + 2}
      onClick={(event) => onOpen !== undefined && !hitsControl(event.target) && onOpen(row)}
    >
      {columns.map((column) => {
        const body = <div className="cell">{column.cell(row)}</div>
        if (column.rowHeader !== true) {
          return (
            <td
              key={column.id}
              role="cell"
              data-label={column.header}
              data-align={column.align}
              data-phone={column.phone}
            >
              {body}
            </td>
          )
        }
        return (
          <th
            key={column.id}
            role="rowheader"
            scope="row"
            data-label={column.header}
            data-align={column.align}
          >
            {onOpen === undefined ? (
              body
            ) : (
              <button
                type="button"
                data-row-open
                tabIndex={current ? 0 : -1}
                aria-label={label}
                aria-current={selected ? 'true' : undefined}
                onFocus={onFocus}
                onClick={() => onOpen(row)}
                className="cell min-h-6 max-w-full rounded-sm text-start hover:text-accent-text pointer-coarse:min-h-11"
              >
                {column.cell(row)}
              </button>
            )}
          </th>
        )
      })}
    </tr>
  )
}

function hitsControl(target: EventTarget): boolean {
  return (
    target instanceof Element && target.closest('a, button, input, select, summary, label') !== null
  )
}
