import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'

/** How long it is believed that a server speaks HTTP+SSE: one that is upgraded is found within it, in milliseconds. */
const VERDICT_MS = 3_600_000

/** Which servers were found to speak HTTP+SSE, and when: their sessions need not try streamable HTTP first. */
export class SseBook {
  readonly #clock: Clock
  /** An entity of the snapshot is never changed, only replaced: a server that is registered anew is found out anew. */
  readonly #foundAtMs = new WeakMap<ServerEntity, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(server: ServerEntity): void {
    this.#foundAtMs.set(server, this.#clock.monotonicMs())
  }

  forget(server: ServerEntity): void {
    this.#foundAtMs.delete(server)
  }

  has(server: ServerEntity): boolean {
    const atMs = this.#foundAtMs.get(server)
    return atMs !== undefined && this.#clock.monotonicMs() - atMs < VERDICT_MS
  }
}
