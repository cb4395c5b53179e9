import { startTestDatabase } from '../../../../control-plane/src/infra/postgres/testing.ts'
import type { SeededMonth } from '../month/month.ts'
import type { Cells } from '../recompute/cells.ts'
import { foundMonth } from './month-world.ts'
import { playMonth } from './play-month.ts'
import { readBooks } from './read-books.ts'
import { reconcile } from './reconcile.ts'

/** What the product says of a month, and what its own nightly comparison finds. */
export type MonthBooks = { readonly cells: Cells; readonly findings: readonly unknown[] }

/** Lets a month happen on a database of its own. Throws where the books do not balance. */
export async function booksOfMonth(month: SeededMonth): Promise<MonthBooks> {
  const server = await startTestDatabase()
  try {
    const stage = await foundMonth(server.url, month)
    try {
      const cells = await readBooks(stage, month, await playMonth(stage, month))
      await stage.world.audits()
      return { cells, findings: await reconcile(stage.world) }
    } finally {
      await stage.close()
    }
  } finally {
    await server.stop()
  }
}
