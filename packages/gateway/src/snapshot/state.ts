import type { SnapshotChange, SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { unreachable } from '@mcp-orchestra/kernel'
import { parseChange, type EntityChange, type OnUnreadable } from './entity.ts'
import { createIndexes, type SnapshotIndexes } from './indexes.ts'

/** A message of the stream that carries or names a version. */
export type VersionMessage = Extract<SnapshotMessage, { type: 'full' | 'delta' | 'heartbeat' }>

/**
 * What a message did. `gap`: only a full snapshot can help (spending §7.20). `behind`: a heartbeat named
 * another version than the one held, which a delta on its way may mend.
 */
export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly changes: readonly { kind: string; id: string }[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'gap' }
  | { readonly kind: 'behind' }

/** The versioned state: applies messages whole or not at all. */
export interface SnapshotState {
  version(): number
  epoch(): number
  indexes(): SnapshotIndexes
  /** `first`: the first message of a connection, whose full snapshot always replaces what is held. */
  apply(message: VersionMessage, first: boolean): ApplyOutcome
  /** Everything held, as the changes of a full snapshot: for the copy on disk. */
  dump(): SnapshotChange[]
}

const UNCHANGED: ApplyOutcome = { kind: 'unchanged' }
const GAP: ApplyOutcome = { kind: 'gap' }
const BEHIND: ApplyOutcome = { kind: 'behind' }

/** An empty state at version 0. */
export function createSnapshotState(onUnreadable: OnUnreadable): SnapshotState {
  let version = 0
  let epoch = 0
  let indexes = createIndexes()
  let bodies = new Map<string, SnapshotChange>()

  const parse = (changes: readonly SnapshotChange[]): EntityChange[] =>
    changes.map((change) => parseChange(change, onUnreadable))

  const applyFull = (message: Extract<VersionMessage, { type: 'full' }>): ApplyOutcome => {
    const next = createIndexes()
    for (const change of parse(message.changes)) next.apply(change)
    const before = bodies
    const nextBodies = new Map<string, SnapshotChange>()
    for (const change of message.changes) keep(nextBodies, change)
    indexes = next
    bodies = nextBodies
    version = message.version
    epoch = message.epoch
    return { kind: 'applied', changes: differences(before, nextBodies) }
  }

  const applyDelta = (message: Extract<VersionMessage, { type: 'delta' }>): ApplyOutcome => {
    if (message.version <= version) return UNCHANGED
    if (message.after !== version) return GAP
    for (const change of parse(message.changes)) indexes.apply(change)
    for (const change of message.changes) keep(bodies, change)
    version = message.version
    return { kind: 'applied', changes: message.changes.map(({ kind, id }) => ({ kind, id })) }
  }

  return {
    version: () => version,
    epoch: () => epoch,
    indexes: () => indexes,
    apply(message, first) {
      switch (message.type) {
        case 'full':
          // An older full of the same history would bring revoked keys back, unless the log itself began anew.
          if (!first && message.epoch === epoch && message.version < version) return UNCHANGED
          return applyFull(message)
        case 'delta':
          return applyDelta(message)
        case 'heartbeat':
          if (message.epoch !== epoch) return GAP
          return message.version === version ? UNCHANGED : BEHIND
        default:
          return unreachable(message)
      }
    },
    dump: () => [...bodies.values()],
  }
}

function keep(bodies: Map<string, SnapshotChange>, change: SnapshotChange): void {
  const key = `${change.kind}:${change.id}`
  if (change.body === null) bodies.delete(key)
  else bodies.set(key, change)
}

/** What a full snapshot changed, so that a key that vanished in a resync is aborted like one that was revoked. */
function differences(
  before: ReadonlyMap<string, SnapshotChange>,
  after: ReadonlyMap<string, SnapshotChange>,
): { kind: string; id: string }[] {
  const changes: { kind: string; id: string }[] = []
  for (const [key, { kind, id }] of before) if (!after.has(key)) changes.push({ kind, id })
  for (const [key, { kind, id, body }] of after) {
    if (JSON.stringify(before.get(key)?.body) !== JSON.stringify(body)) changes.push({ kind, id })
  }
  return changes
}
