import { apply, byNumber, closeAll, grant, grantSize, report, unfreeze } from './database-steps.ts'
import type { Entry, HeldLease, Journal, Slot, State, World } from './model.ts'

/** A step and where it leads. */
export type Step = { readonly name: string; readonly next: State }

/** Every step possible now, faults included. */
export function* steps(world: World, state: State): Generator<Step> {
  for (const [index, slot] of state.slots.entries()) {
    if (slot.incarnation === null) {
      yield* starts(state, index, slot)
    } else {
      yield* grants(world, state, index, slot)
      yield* calls(world, state, index, slot)
      yield* crashes(state, index, slot)
    }
    yield* ships(state, index, slot)
    yield* reports(state, index, slot)
  }
  yield* operators(world, state)
}

const put = (state: State, index: number, slot: Slot): State => ({
  ...state,
  slots: state.slots.map((old, at) => (at === index ? slot : old)),
})

/** A new process: a new incarnation; every older journal of the slot gets its last word (rule 4). */
function* starts(state: State, index: number, slot: Slot): Generator<Step> {
  const journals = slot.journals.map((journal) =>
    journal.durable.at(-1)?.kind === 'end'
      ? journal
      : { ...journal, durable: [...journal.durable, { kind: 'end' } as const] },
  )
  const fresh = { incarnation: state.nextIncarnation, durable: [], unsynced: [], told: [] }
  yield {
    name: `start ${index}`,
    next: {
      ...put(state, index, {
        ...slot,
        incarnation: state.nextIncarnation,
        held: [],
        journals: [...journals, fresh],
      }),
      nextIncarnation: state.nextIncarnation + 1,
    },
  }
}

function* grants(world: World, state: State, index: number, slot: Slot): Generator<Step> {
  const { database, nextLease } = state
  const { incarnation, answer } = slot
  if (incarnation === null) return
  const granted = grantSize(world, database)
  const speaks = !database.frozen && !database.fenced.includes(incarnation)
  const asks = answer === null && slot.held.length === 0 && nextLease <= world.leases
  if (asks && granted > 0 && speaks) {
    const next = put(state, index, {
      ...slot,
      answer: { lease: nextLease, incarnation, epoch: database.epoch },
    })
    yield {
      name: `grant ${index}`,
      next: {
        ...next,
        database: grant(database, nextLease, incarnation, granted),
        grants: { ...state.grants, [nextLease]: { incarnation, granted } },
        nextLease: nextLease + 1,
      },
    }
  }
  if (answer === null) return
  // Nobody's: for a process that died meanwhile, or from a database that is no longer.
  const arrived = { ...slot, answer: null }
  if (answer.incarnation !== incarnation || answer.epoch !== slot.reportedEpoch) {
    yield { name: `late answer ${index}`, next: put(state, index, arrived) }
    return
  }
  const free = state.grants[answer.lease]?.granted ?? 0
  const held: HeldLease = { lease: answer.lease, free, inFlight: [], draining: false }
  yield {
    name: `answer ${index}`,
    next: put(state, index, {
      ...arrived,
      held: [...slot.held, held],
      journals: editLast(slot, (journal) => ({
        ...journal,
        told: [...journal.told, answer.lease],
      })),
    }),
  }
}

function editLast(slot: Slot, edit: (journal: Journal) => Journal): readonly Journal[] {
  return slot.journals.map((journal) =>
    journal.incarnation === slot.incarnation ? edit(journal) : journal,
  )
}

const append = (slot: Slot, entry: Entry): readonly Journal[] =>
  editLast(slot, (journal) => ({ ...journal, unsynced: [...journal.unsynced, entry] }))

function* calls(world: World, state: State, index: number, slot: Slot): Generator<Step> {
  for (const [at, lease] of slot.held.entries()) {
    const set = (edited: HeldLease | null, journals: readonly Journal[] = slot.journals): Slot => ({
      ...slot,
      journals,
      held: edited === null ? slot.held.toSpliced(at, 1) : slot.held.toSpliced(at, 1, edited),
    })
    if (lease.free > 0 && !lease.draining && state.nextCall <= world.calls) {
      const call = { call: state.nextCall, purchase: world.keyed ? 1 : 0 }
      const edited = { ...lease, free: lease.free - 1, inFlight: [...lease.inFlight, call] }
      const next = put(state, index, set(edited))
      yield { name: `reserve ${index}`, next: { ...next, nextCall: state.nextCall + 1 } }
    }
    const [flying, ...others] = lease.inFlight
    if (flying !== undefined) {
      const released = { ...lease, free: lease.free + 1, inFlight: others }
      yield { name: `release ${index}`, next: put(state, index, set(released)) }
      const usage = { kind: 'usage', lease: lease.lease, ...flying } as const
      const committed = { ...lease, inFlight: others }
      yield {
        name: `commit ${index}`,
        next: put(state, index, set(committed, append(slot, usage))),
      }
    }
    if (!lease.draining) {
      // The TTL passes, perhaps while the process is suspended: it stops reservations and nothing else (rule 3).
      yield { name: `expire ${index}`, next: put(state, index, set({ ...lease, draining: true })) }
    }
    if (lease.free > 0) {
      const back = { kind: 'return', lease: lease.lease, amount: lease.free } as const
      const edited = { ...lease, free: 0 }
      yield { name: `recall ${index}`, next: put(state, index, set(edited, append(slot, back))) }
    }
    if (lease.draining && lease.inFlight.length === 0) {
      const close = { kind: 'close', lease: lease.lease } as const
      yield { name: `close ${index}`, next: put(state, index, set(null, append(slot, close))) }
    }
  }
  yield* syncs(state, index, slot)
}

/** After the fdatasync, and only then, the callers have their last byte (rule 14). */
function* syncs(state: State, index: number, slot: Slot): Generator<Step> {
  const unsynced = slot.journals.at(-1)?.unsynced ?? []
  if (unsynced.length === 0) return
  const journals = editLast(slot, (journal) => ({
    ...journal,
    durable: [...journal.durable, ...journal.unsynced],
    unsynced: [],
  }))
  const answered = unsynced.flatMap((entry) => (entry.kind === 'usage' ? [entry.call] : []))
  const next = put(state, index, { ...slot, journals })
  yield {
    name: `sync ${index}`,
    next: { ...next, acknowledged: [...state.acknowledged, ...answered].toSorted(byNumber) },
  }
}

/** A kill or a power cut: any prefix of what was not synced may be on the disk. */
function* crashes(state: State, index: number, slot: Slot): Generator<Step> {
  if (state.faultsLeft === 0) return
  const unsynced = slot.journals.at(-1)?.unsynced ?? []
  for (let kept = 0; kept <= unsynced.length; kept += 1) {
    const journals = editLast(slot, (journal) => ({
      ...journal,
      durable: [...journal.durable, ...journal.unsynced.slice(0, kept)],
      unsynced: [],
    }))
    const next = put(state, index, { ...slot, incarnation: null, held: [], journals })
    yield {
      name: `crash ${index} keeping ${kept}`,
      next: { ...next, faultsLeft: state.faultsLeft - 1 },
    }
  }
}

/** The shipper sends from the cursor that the database names; a lost answer changes nothing. */
function* ships(state: State, index: number, slot: Slot): Generator<Step> {
  const waits = state.database.epoch !== slot.reportedEpoch
  for (const journal of waits ? [] : slot.journals) {
    const entry = journal.durable[state.database.cursors[journal.incarnation] ?? 0]
    if (entry === undefined) continue
    const database = apply(state.database, journal.incarnation, entry)
    yield { name: `ship ${index} ${entry.kind}`, next: { ...state, database } }
  }
}

function* reports(state: State, index: number, slot: Slot): Generator<Step> {
  const { database } = state
  if (database.epoch !== slot.reportedEpoch) {
    const next = put(state, index, { ...slot, reportedEpoch: database.epoch })
    yield { name: `report ${index}`, next: { ...next, database: report(state, index) } }
  }
}

function* operators(world: World, state: State): Generator<Step> {
  const { database } = state
  if (world.backups && state.backup === null && !state.restored) {
    yield { name: 'backup', next: { ...state, backup: database } }
  }
  if (state.backup !== null && state.faultsLeft > 0) {
    const older = { ...state.backup, epoch: database.epoch + 1, frozen: true }
    yield {
      name: 'restore',
      next: {
        ...state,
        database: older,
        backup: null,
        restored: true,
        faultsLeft: state.faultsLeft - 1,
      },
    }
  }
  if (database.frozen && allCaughtUp(state)) {
    yield { name: 'unfreeze', next: { ...state, database: unfreeze(database) } }
  }
  yield* losses(state)
}

/** An operator declares a journal lost: the incarnation is fenced, its leases go back (rule 3b). */
function* losses(state: State): Generator<Step> {
  if (state.faultsLeft === 0) return
  for (const slot of state.slots) {
    for (const { incarnation } of slot.journals) {
      if (state.database.fenced.includes(incarnation)) continue
      yield {
        name: `declare ${incarnation} lost`,
        next: {
          ...state,
          database: closeAll(state.database, incarnation),
          everLost: [...state.everLost, incarnation],
          faultsLeft: state.faultsLeft - 1,
        },
      }
    }
  }
}

/** Whether every slot has reported in this epoch and every durable entry is applied. */
export function allCaughtUp({ database, slots }: State): boolean {
  return slots.every(
    (slot) =>
      slot.reportedEpoch === database.epoch &&
      slot.journals.every(
        (journal) => (database.cursors[journal.incarnation] ?? 0) >= journal.durable.length,
      ),
  )
}
