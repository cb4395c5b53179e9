import type { Clock } from '@mcp-orchestra/kernel'
import { CallAbort } from './call-abort.ts'
import { Call, type CallFacts } from './call.ts'
import { refuseUpstream } from './problems.ts'

/** By what calls, sessions and streams are found when a key, an organization or a server is stopped. */
export type Holder = {
  readonly keyId: string
  readonly organizationId: string
  /** Empty for a session of an aggregate that is linked to none yet. */
  readonly serverIds: readonly string[]
}

/** All calls in flight in this process: counted per server, findable for revocation (spending §7.20). */
export class InFlight {
  readonly #calls = new Set<Call>()
  readonly #perServer = new Map<string, number>()
  readonly #clock: Clock
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The next id of our side of the wire: unique in this process, so an answer can never find another's request. */
  mintId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** Takes a place at the server, or throws `upstream.busy`. */
  open(facts: CallFacts): Call {
    const { id, limits } = facts.server
    const running = this.#perServer.get(id) ?? 0
    if (running >= limits.concurrentCallsMax) {
      const detail = `${limits.concurrentCallsMax} calls are in flight at ${facts.server.alias}`
      throw refuseUpstream('upstream.busy', { detail, retryAfterSeconds: 1 })
    }
    const call = new Call(facts, this.#clock, (ended) => this.#close(ended))
    this.#calls.add(call)
    this.#perServer.set(id, running + 1)
    return call
  }

  /** Calls in flight now. */
  get size(): number {
    return this.#calls.size
  }

  /** Ends every call whose holder matches; returns how many. */
  abortWhere(matches: (holder: Holder) => boolean, reason: CallAbort): number {
    const hit = [...this.#calls].filter(({ facts }) =>
      matches({ keyId: facts.caller.keyId, organizationId: facts.caller.organizationId, serverIds: [facts.server.id] }),
    )
    for (const call of hit) call.abort(reason)
    return hit.length
  }

  #close(call: Call): void {
    if (!this.#calls.delete(call)) return
    const { id } = call.facts.server
    const running = (this.#perServer.get(id) ?? 1) - 1
    if (running === 0) this.#perServer.delete(id)
    else this.#perServer.set(id, running)
  }
}
