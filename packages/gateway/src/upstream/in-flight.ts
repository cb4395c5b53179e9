import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../authorize/caller.ts'
import { pathOf } from '../charge/scope-path.ts'
import type { CallAbort } from './call-abort.ts'
import { Call, type CallFacts } from './call.ts'
import { refuseUpstream } from './problems.ts'
import { SlotList } from './slot-list.ts'
import type { RunningCall } from '../revocation.ts'

/**
 * Ids begin where no earlier process can have come to, for a server's session may outlive the process that opened
 * it: an old answer must not find a new request. 256 a millisecond are more than one process can send.
 */
const IDS_PER_MS = 256

/** All calls in flight in this process: counted per server, findable for revocation (spending §7.20). */
export class InFlight {
  readonly #calls = new SlotList<Call>()
  readonly #perServer = new Map<string, number>()
  readonly #held = new SlotList<{
    readonly running: RunningCall
    readonly abort: (reason: CallAbort) => void
  }>()
  readonly #clock: Clock
  #lastId: number
  #onIdle: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lastId = clock.now() * IDS_PER_MS
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
    const call = new Call(facts, this.#clock, (ended) => this.#close(ended, slot))
    const slot = this.#calls.add(call)
    this.#perServer.set(id, running + 1)
    return call
  }

  /** Calls in flight now. */
  get size(): number {
    return this.#calls.size
  }

  /** Makes a stream of our own findable for revocation; the answer releases it. */
  hold(running: RunningCall, abort: (reason: CallAbort) => void): () => void {
    const entry = { running, abort }
    const slot = this.#held.add(entry)
    return () => void this.#held.remove(slot, entry)
  }

  /** Ends every call and held stream that matches; returns how many. */
  abortWhere(matches: (running: RunningCall) => boolean, reason: CallAbort): number {
    const hit = this.#calls.filter((call) => {
      const { caller, server } = call.facts
      const path = pathOf(caller, call.mandateId)
      return matches({ ...runningAt(caller, server), path, isPaid: call.isPaid })
    })
    for (const call of hit) call.abort(reason)
    const held = this.#held.filter(({ running }) => matches(running))
    for (const { abort } of held) abort(reason)
    return hit.length + held.length
  }

  /** Resolves when nothing is in flight, or after so many milliseconds. */
  async drained(timeoutMs: number): Promise<void> {
    if (this.#calls.size === 0 || timeoutMs <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #close(call: Call, slot: number): void {
    if (!this.#calls.remove(slot, call)) return
    if (this.#calls.size === 0) this.#onIdle()
    const { id } = call.facts.server
    const running = (this.#perServer.get(id) ?? 1) - 1
    if (running === 0) this.#perServer.delete(id)
    else this.#perServer.set(id, running)
  }
}

/** By what a call or a link at a server is found when rights are taken away. */
export function runningAt(caller: CallerIdentity, server: ServerEntity | undefined): RunningCall {
  const { keyId, organizationId } = caller
  return {
    keyId,
    organizationId,
    serverId: server?.id,
    publisherId: server?.organizationId,
    path: pathOf(caller),
    isPaid: false,
  }
}
