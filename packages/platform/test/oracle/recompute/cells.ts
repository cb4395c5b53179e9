/** Every number of the month by its name, as in the cells of a sheet; one that is not there is zero. */
export type Cells = ReadonlyMap<string, bigint>

/** A sheet that is being filled. */
export interface Sheet {
  add(name: string, amount: bigint): void
  readonly cells: Cells
}

/** An empty sheet. */
export function createSheet(): Sheet {
  const cells = new Map<string, bigint>()
  return {
    cells,
    add: (name, amount) => void cells.set(name, (cells.get(name) ?? 0n) + amount),
  }
}

/** A cell that two sheets do not agree on. */
export type Difference = { readonly cell: string; readonly books: bigint; readonly sheet: bigint }

/** All cells that differ, to the last unit. */
export function differencesOf(books: Cells, sheet: Cells): Difference[] {
  const names = new Set([...books.keys(), ...sheet.keys()])
  return [...names]
    .map((cell) => ({ cell, books: books.get(cell) ?? 0n, sheet: sheet.get(cell) ?? 0n }))
    .filter(({ books, sheet }) => books !== sheet)
}
