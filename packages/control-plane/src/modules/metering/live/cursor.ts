/**
 * A place in the live stream: everything up to it has been seen. Transactions of the database in their
 * order, and within one the journal's sequence.
 */
export type LiveCursor = { readonly transaction: bigint; readonly seq: number }

/** The largest transaction id of PostgreSQL's `xid8`. */
const TRANSACTION_MAX = 2n ** 64n - 1n
const WRITTEN = /^(\d{1,20})-(\d{1,15})$/

/** Negative when `a` comes before `b`, zero when they are the same place. */
export function compareCursors(a: LiveCursor, b: LiveCursor): number {
  if (a.transaction !== b.transaction) return a.transaction < b.transaction ? -1 : 1
  return a.seq - b.seq
}

/** A cursor as the id of a server-sent event. */
export function writeCursor({ transaction, seq }: LiveCursor): string {
  return `${transaction}-${seq}`
}

/** What {@link writeCursor} wrote; undefined for any other text. */
export function readCursor(text: string): LiveCursor | undefined {
  const [, transaction, seq] = WRITTEN.exec(text) ?? []
  if (transaction === undefined || seq === undefined) return undefined
  const parsed = BigInt(transaction)
  return parsed > TRANSACTION_MAX
    ? undefined
    : { transaction: parsed, seq: Number.parseInt(seq, 10) }
}
