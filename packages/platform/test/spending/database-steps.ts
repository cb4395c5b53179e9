import { unreachable } from '@mcp-orchestra/kernel'
import type { Database, Entry, LeaseRow, State, World } from './model.ts'

/** Order of calls in a set kept as a list, so that equal states look equal. */
export const byNumber = (a: number, b: number): number => a - b

/** What a lease takes: all of it from the balance and from the cap, or nothing (rule 2). */
export function grantSize(world: World, database: Database): number {
  return Math.min(world.leaseSize, database.available, world.cap - database.capTaken)
}

/** Grant = a posted transfer available → leased (rule 1). */
export function grant(
  database: Database,
  lease: number,
  incarnation: number,
  granted: number,
): Database {
  return {
    ...database,
    available: database.available - granted,
    capTaken: database.capTaken + granted,
    leases: {
      ...database.leases,
      [lease]: { incarnation, granted, used: 0, returned: 0, closed: false },
    },
  }
}

/** Applies one journal entry at cursor + 1; anything else is refused by the caller (rule 15). */
export function apply(database: Database, incarnation: number, entry: Entry): Database {
  const moved = {
    ...database,
    cursors: { ...database.cursors, [incarnation]: (database.cursors[incarnation] ?? 0) + 1 },
  }
  switch (entry.kind) {
    case 'usage':
      return applyUsage(moved, entry)
    case 'return':
      return giveBack(moved, entry.lease, entry.amount, false)
    case 'close': {
      const row = moved.leases[entry.lease]
      return row === undefined ? moved : giveBack(moved, entry.lease, rest(row), true)
    }
    case 'end':
      return closeAll(moved, incarnation)
    default:
      return unreachable(entry)
  }
}

function applyUsage(database: Database, entry: Entry & { kind: 'usage' }): Database {
  const posted = { ...database, posted: [...database.posted, entry.call].toSorted(byNumber) }
  if (entry.purchase !== 0 && database.purchases.includes(entry.purchase)) return posted
  const marked =
    entry.purchase === 0 ? posted : { ...posted, purchases: [...posted.purchases, entry.purchase] }
  const row = database.leases[entry.lease]
  if (row === undefined || row.closed) {
    // The journal came after its incarnation was fenced: never the payer's money (rule 3).
    return { ...marked, suspense: marked.suspense + 1, loss: marked.loss - 1 }
  }
  return {
    ...marked,
    publisher: marked.publisher + 1,
    leases: { ...marked.leases, [entry.lease]: { ...row, used: row.used + 1 } },
  }
}

function rest(row: LeaseRow): number {
  return row.closed ? 0 : row.granted - row.used - row.returned
}

function giveBack(database: Database, lease: number, amount: number, closed: boolean): Database {
  const row = database.leases[lease]
  if (row === undefined || row.closed) return database
  return {
    ...database,
    available: database.available + amount,
    capTaken: database.capTaken - amount,
    leases: { ...database.leases, [lease]: { ...row, returned: row.returned + amount, closed } },
  }
}

/** Closes whatever an incarnation was granted, known to it or not (rule 4). */
export function closeAll(database: Database, incarnation: number): Database {
  let next: Database = { ...database, fenced: [...database.fenced, incarnation] }
  for (const [lease, row] of Object.entries(database.leases)) {
    if (row.incarnation === incarnation && !row.closed) {
      next = giveBack(next, Number(lease), rest(row), true)
    }
  }
  return next
}

/**
 * A slot's report after the database went back: leases it does not know are posted again; what the payer's
 * balance cannot cover yet is advanced by the platform and collected when the journals have caught up.
 */
export function report(state: State, slot: number): Database {
  let { database } = state
  for (const journal of state.slots[slot]?.journals ?? []) {
    for (const lease of journal.told) {
      const truth = state.grants[lease]
      if (truth === undefined || database.leases[lease] !== undefined) continue
      if (database.fenced.includes(journal.incarnation)) continue
      const covered = Math.min(database.available, truth.granted)
      database = {
        ...grant(database, lease, truth.incarnation, truth.granted),
        available: database.available - covered,
        advanced: database.advanced + truth.granted - covered,
      }
    }
  }
  return database
}

/** Everything reported and shipped: the platform takes back what it advanced, and grants go on. */
export function unfreeze(database: Database): Database {
  const collected = Math.min(database.available, database.advanced)
  return {
    ...database,
    available: database.available - collected,
    advanced: database.advanced - collected,
    frozen: false,
  }
}
