import { allCaughtUp, steps, type Step } from './steps.ts'
import { initial, type State, type World } from './model.ts'

/** How far an exploration went, and the shortest path to the first broken promise, if any. */
export type Exploration = {
  readonly states: number
  readonly complete: boolean
  readonly broken: { readonly promise: string; readonly path: readonly string[] } | undefined
}

/** A step function, so that a planted fault can be shown to be found. */
export type Stepper = (world: World, state: State) => Iterable<Step>

/** Visits every reachable state, breadth first, and checks every promise in each. */
export function explore(world: World, statesMax: number, next: Stepper = steps): Exploration {
  const seen = new Set<string>()
  const parents: { readonly parent: number; readonly name: string }[] = []
  let frontier: { readonly state: State; readonly at: number }[] = []
  const visit = (state: State, parent: number, name: string): string | undefined => {
    const key = JSON.stringify(state)
    if (seen.has(key)) return undefined
    seen.add(key)
    parents.push({ parent, name })
    fresh.push({ state, at: parents.length - 1 })
    return brokenPromise(world, state)
  }
  let fresh: typeof frontier = []
  const pathTo = (at: number): string[] => {
    const names: string[] = []
    for (let cursor = at; cursor > 0; cursor = parents[cursor]?.parent ?? 0) {
      names.push(parents[cursor]?.name ?? '')
    }
    return names.reverse()
  }
  visit(initial(world), 0, 'initial')
  while (fresh.length > 0) {
    frontier = fresh
    fresh = []
    for (const { state, at } of frontier) {
      for (const step of next(world, state)) {
        const promise = visit(step.next, at, step.name)
        if (promise !== undefined) {
          const path = pathTo(parents.length - 1)
          return { states: seen.size, complete: false, broken: { promise, path } }
        }
        if (seen.size >= statesMax) return { states: seen.size, complete: false, broken: undefined }
      }
    }
  }
  return { states: seen.size, complete: true, broken: undefined }
}

/** The promises of spending §9, as the name of the first one a state breaks. */
export function brokenPromise(world: World, state: State): string | undefined {
  const { database } = state
  const rows = Object.values(database.leases)
  const leased = rows.reduce((sum, row) => {
    return sum + (row.closed ? 0 : row.granted - row.used - row.returned)
  }, 0)
  if (new Set(database.posted).size !== database.posted.length) return 'every sequence posts once'
  if (database.available + leased + database.publisher - database.advanced !== world.balance) {
    return 'leased + available = balance'
  }
  if (database.suspense + database.loss !== 0)
    return 'late usage is the platform’s loss, never the payer’s'
  if (database.available < 0) return 'no balance below zero'
  if (rows.some((row) => row.used + row.returned > row.granted)) return 'used + returned ≤ granted'
  if (database.publisher > world.cap) return 'no cap is exceeded'
  if (!database.frozen && database.capTaken > world.cap) return 'no cap is promised twice'
  if (world.keyed && database.publisher > 1) return 'no keyed purchase is charged twice'
  return overspentLease(state) ?? lostUsage(state)
}

/** Free, in flight, journalled and posted parts of a lease never exceed what was granted. */
function overspentLease({ database, grants, slots }: State): string | undefined {
  for (const { held, journals, incarnation } of slots) {
    const journal = journals.find((candidate) => candidate.incarnation === incarnation)
    for (const { lease, free, inFlight } of held) {
      const entries = [...(journal?.durable ?? []), ...(journal?.unsynced ?? [])]
      const written = entries.reduce((sum, entry) => {
        if (entry.kind === 'usage' && entry.lease === lease) return sum + 1
        return entry.kind === 'return' && entry.lease === lease ? sum + entry.amount : sum
      }, 0)
      const granted = grants[lease]?.granted ?? 0
      if (free + inFlight.length + written > granted) return 'no lease is overspent'
    }
  }
  return database.available < 0 ? 'no balance below zero' : undefined
}

/** Once all journals have been applied, every call that was answered is posted, or its journal was declared lost. */
function lostUsage(state: State): string | undefined {
  if (state.database.frozen || !allCaughtUp(state)) return undefined
  const { database, acknowledged, everLost, slots } = state
  const excused = slots.flatMap(({ journals }) =>
    journals
      .filter(({ incarnation }) => everLost.includes(incarnation))
      .flatMap(({ durable }) =>
        durable.flatMap((entry) => (entry.kind === 'usage' ? [entry.call] : [])),
      ),
  )
  if (acknowledged.some((call) => !database.posted.includes(call) && !excused.includes(call))) {
    return 'no acknowledged usage is lost'
  }
  const unsettled = database.advanced > 0 && everLost.length === 0
  return unsettled ? 'what the platform advanced comes back' : undefined
}
