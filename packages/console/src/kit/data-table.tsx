/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/control-has-associated-label -- keys bubble here from the rows' own buttons; the spacer is hidden from screen readers */
import { useTable } from '@tanstack/react-table'
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { definitionsOf, TABLE_FEATURES, type Column, type Sort } from './table-column.ts'
import { TableHead, TableHelp } from './table-head.tsx'
import { TableRow } from './table-row.tsx'
import { TableSkeleton } from './table-skeleton.tsx'
import { useVisibleRows } from './visible-rows.ts'

/** What a {@link DataTable} shows. */
export type DataTableProps<Row> = {
  /** Names the table to screen readers. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  getRowId: (row: Row) => string
  onRowOpen?: ((row: Row) => void) | undefined
  /** Names the button that opens a row, where its cell alone does not. */
  rowLabel?: (row: Row) => string
  /** Whether the first rows are still on their way. */
  loading?: boolean
  /** Stands in the place of no rows. */
  empty?: ReactNode
  /** The order; kept here when its owner does not. */
  sort?: Sort | undefined
  onSort?: (sort: Sort) => void
  selectedId?: string | undefined
  /** A CSS height beyond which the table scrolls inside itself; needed to show many rows at low cost. */
  maxHeight?: string
}

/** Rows on a wide screen, cards on a phone; arrows move between rows; above 100 rows only what is seen is drawn. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, getRowId, onRowOpen, loading = false, maxHeight = '70vh' } = props
  const helpId = useId()
  const [ownSort, setOwnSort] = useState<Sort | undefined>(undefined)
  const [focused, setFocused] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const sort = props.sort ?? ownSort
  const data = useMemo(() => rows.map((row) => ({ row })), [rows])
  const definitions = useMemo(() => definitionsOf(columns), [columns])
  const table = useTable({
    features: TABLE_FEATURES,
    columns: definitions,
    data,
    state: { sorting: sort === undefined ? [] : [{ ...sort }] },
  })
  const ordered = table.getRowModel().rows
  const view = useVisibleRows(ordered.length, scroller)
  if (loading && rows.length === 0) return <TableSkeleton columns={columns} caption={caption} />
  if (rows.length === 0) return <>{props.empty}</>
  const current = Math.min(focused, ordered.length - 1)
  const goTo = (index: number): void => {
    setFocused(index)
    view.show(index)
    focusRow(scroller.current, index)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof Element) || !event.target.matches('[data-row-open]')) return
    const next = targetOf(event.key, current, ordered.length)
    if (next === undefined) return
    event.preventDefault()
    goTo(next)
  }
  return (
    <div
      ref={scroller}
      className="relative overflow-auto"
      style={{ maxHeight: view.virtual ? maxHeight : undefined }}
      data-virtual={view.virtual ? '' : undefined}
    >
      <table
        role="table"
        className="table"
        aria-rowcount={ordered.length + 1}
        aria-describedby={onRowOpen === undefined ? undefined : helpId}
        onKeyDown={onKeyDown}
      >
        <caption className="sr-only">{caption}</caption>
        <TableHead columns={columns} sort={sort} onSort={props.onSort ?? setOwnSort} />
        <tbody role="rowgroup">
          <Spacer height={view.before} />
          {view.indexes.map((index) => {
            const row = ordered[index]?.original.row
            if (row === undefined) return null
            const id = getRowId(row)
            return (
              <TableRow
                key={id}
                row={row}
                index={index}
                columns={columns}
                onOpen={onRowOpen}
                label={props.rowLabel?.(row)}
                current={index === current}
                selected={props.selectedId === id}
                onFocus={() => setFocused(index)}
                measure={view.measure}
              />
            )
          })}
          <Spacer height={view.after} />
        </tbody>
      </table>
      {onRowOpen !== undefined && (
        <p id={helpId} className="sr-only">
          <TableHelp />
        </p>
      )}
    </div>
  )
}

function Spacer({ height }: { height: number }) {
  if (height === 0) return null
  return (
    <tr aria-hidden role="presentation" className="spacer" style={{ height }}>
      <td />
    </tr>
  )
}

function targetOf(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(at - 1, 0)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}

/** Focuses the row's button once it is drawn: a far row of a long table is drawn a frame later. */
function focusRow(scroller: HTMLElement | null, index: number): void {
  const find = () => scroller?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-open]`)
  const there = find()
  if (there !== null && there !== undefined) there.focus()
  else requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()))
}
