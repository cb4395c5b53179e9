/**
 * The spending protocol as a machine of pure steps (docs: ADR-0013; `spending.md` rules 1 to 5, 10, 12, 15,
 * 17, 18). Units are whole; every call costs one. `steps(state)` yields every step that could be next, the
 * faults included: whoever explores it sees every interleaving there is.
 */

/** What a gateway has written down. `usage` names its call, so that posting twice would show. */
export type Entry =
  | {
      readonly kind: 'usage'
      readonly lease: number
      readonly call: number
      readonly purchase: number
    }
  | { readonly kind: 'return'; readonly lease: number; readonly amount: number }
  | { readonly kind: 'close'; readonly lease: number }
  | { readonly kind: 'end' }

/** One incarnation's journal on its slot's disk: what a power cut keeps, and what it may lose. */
export type Journal = {
  readonly incarnation: number
  readonly durable: readonly Entry[]
  readonly unsynced: readonly Entry[]
  /** Every lease the process was told of: reported after the database went back in time (rule 18). */
  readonly told: readonly number[]
}

/** A lease as its gateway sees it. */
export type HeldLease = {
  readonly lease: number
  readonly free: number
  readonly inFlight: readonly { readonly call: number; readonly purchase: number }[]
  readonly draining: boolean
}

/** A grant whose answer is on its way, with the epoch of the database that gave it. */
export type Answer = {
  readonly lease: number
  readonly incarnation: number
  readonly epoch: number
}

/** A gateway slot: a live process or none, and the disks of all processes it ever had. */
export type Slot = {
  readonly incarnation: number | null
  readonly held: readonly HeldLease[]
  readonly journals: readonly Journal[]
  /** A grant made by the database whose answer is still on its way. */
  readonly answer: Answer | null
  readonly reportedEpoch: number
}

export type LeaseRow = {
  readonly incarnation: number
  readonly granted: number
  readonly used: number
  readonly returned: number
  readonly closed: boolean
}

/** What PostgreSQL holds; a restore swaps it for an older one. */
export type Database = {
  readonly available: number
  readonly capTaken: number
  readonly publisher: number
  readonly suspense: number
  readonly loss: number
  /** What the platform advanced to re-post leases that an older database did not know. */
  readonly advanced: number
  readonly leases: Readonly<Record<number, LeaseRow>>
  readonly cursors: Readonly<Record<number, number>>
  readonly fenced: readonly number[]
  readonly posted: readonly number[]
  readonly purchases: readonly number[]
  readonly epoch: number
  readonly frozen: boolean
}

export type State = {
  readonly database: Database
  readonly backup: Database | null
  readonly slots: readonly Slot[]
  /** Truth beyond any process: who was granted what, and which calls the payer saw answered. */
  readonly grants: Readonly<
    Record<number, { readonly incarnation: number; readonly granted: number }>
  >
  readonly acknowledged: readonly number[]
  /** Incarnations whose journal an operator declared lost, at any time in history. */
  readonly everLost: readonly number[]
  readonly nextLease: number
  readonly nextIncarnation: number
  readonly nextCall: number
  readonly faultsLeft: number
  readonly restored: boolean
}

/** Bounds of a world: small enough to be seen whole. */
export type World = {
  readonly balance: number
  readonly cap: number
  readonly leaseSize: number
  /** How many leases are ever granted: giving back and asking again has no other end. */
  readonly leases: number
  readonly calls: number
  readonly slots: number
  readonly faults: number
  readonly backups: boolean
  /** Calls of the same purchase id: 1 makes all calls one keyed purchase, 0 none. */
  readonly keyed: boolean
}

export function initial(world: World): State {
  return {
    database: {
      available: world.balance,
      capTaken: 0,
      publisher: 0,
      suspense: 0,
      loss: 0,
      advanced: 0,
      leases: {},
      cursors: {},
      fenced: [],
      posted: [],
      purchases: [],
      epoch: 1,
      frozen: false,
    },
    backup: null,
    slots: Array.from({ length: world.slots }, () => ({
      incarnation: null,
      held: [],
      journals: [],
      answer: null,
      reportedEpoch: 1,
    })),
    grants: {},
    acknowledged: [],
    everLost: [],
    nextLease: 1,
    nextIncarnation: 1,
    nextCall: 1,
    faultsLeft: world.faults,
    restored: false,
  }
}
