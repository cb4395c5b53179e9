import type { SnapshotChange, SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { refuse } from '../link/problems.ts'

/** A message of the stream that is whole. */
export type WholeMessage = Exclude<SnapshotMessage, { type: 'part' }>

/** Parts of one snapshot: a part is about a megabyte, and a gateway that is to hold two gigabytes of it will not. */
export const SNAPSHOT_PARTS_MAX = 2_048

/** Puts the parts of one connection's snapshots together; what has begun on another one is not gone on with. */
export class Assembly {
  readonly #partsMax: number
  #parts: (readonly SnapshotChange[])[] = []

  constructor(partsMax: number = SNAPSHOT_PARTS_MAX) {
    this.#partsMax = partsMax
  }

  /** The message that is whole now; undefined when more of it has to come. Throws a Problem when there is no end to it. */
  take(message: SnapshotMessage): WholeMessage | undefined {
    if (message.type === 'part') {
      if (this.#parts.length >= this.#partsMax) throw tooLong(this.#partsMax)
      this.#parts.push(message.changes)
      return undefined
    }
    if (this.#parts.length === 0 || (message.type !== 'full' && message.type !== 'delta'))
      return message
    const changes = [...this.#parts, message.changes].flat()
    this.#parts = []
    return { ...message, changes }
  }
}

function tooLong(partsMax: number): Error {
  const detail = `The snapshot has more than ${partsMax} parts: there are too many servers, keys or prices for one gateway.`
  return refuse('link.garbled', { detail })
}
