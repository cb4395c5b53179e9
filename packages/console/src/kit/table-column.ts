import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  type ColumnDef,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'

/** One column of a {@link DataTable}. */
export type Column<Row> = {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** `end` for amounts and counts. */
  readonly align?: 'end'
  /** The cell that names the row; with `onRowOpen` it is the button that opens it. */
  readonly rowHeader?: boolean
  /** Makes the column sortable by this value. */
  readonly sortValue?: (row: Row) => string | number | bigint
  /** On a phone: left out, or over the whole width without its label. */
  readonly phone?: 'hidden' | 'wide'
  /** A CSS width for the wide screen. */
  readonly width?: string
}

/** Which column orders the rows. */
export type Sort = { readonly id: string; readonly desc: boolean }

/** What of TanStack Table is in use. */
export const TABLE_FEATURES = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
})

/** A row in TanStack's terms: ours is one member of it, so that any row type fits. */
export type Held<Row> = { readonly row: Row }

/** Our columns as TanStack's. */
export function definitionsOf<Row>(
  columns: readonly Column<Row>[],
): ColumnDef<typeof TABLE_FEATURES, Held<Row>>[] {
  return columns.map((column) => ({
    id: column.id,
    accessorFn: ({ row }: Held<Row>) => column.sortValue?.(row),
    enableSorting: column.sortValue !== undefined,
    sortFn: (a, b) => {
      const [left, right] = [column.sortValue?.(a.original.row), column.sortValue?.(b.original.row)]
      return compare(left, right)
    },
  }))
}

type Value = string | number | bigint | undefined

function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return left.localeCompare(right)
  if (left === right || left === undefined || right === undefined) return 0
  return left < right ? -1 : 1
}
