import { randomBytes } from 'node:crypto'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallAbort } from '../../upstream/call-abort.ts'
import { runningAt } from '../../upstream/in-flight.ts'
import type { RunningCall } from '../../revocation.ts'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { refuseListen } from '../problems.ts'
import { ClientSession, type SessionParts } from './client-session.ts'

/** Sessions per gateway: some 20 KiB each, so 200 MB at the most. */
const SESSIONS_MAX = 10_000
/** Sessions per key: one caller's sessions never push out those of the others. */
const SESSIONS_PER_KEY_MAX = 1_000
/** A session that nothing was heard of for this long has ended, in milliseconds. */
const IDLE_MS = 30 * 60_000
/** How often idle sessions are looked for, in milliseconds. */
const SWEEP_MS = 30_000
/** 192 random bits: a session id is no secret that authorizes, but it must not be guessed either (MCP, session hijacking). */
const ID_BYTES = 24

/** Bounds of the store; both have defaults. */
export type SessionStoreOptions = {
  readonly clock: Clock
  readonly sessionsMax?: number
  readonly sessionsPerKeyMax?: number
  readonly idleMs?: number
}

/** The sessions of legacy clients at this gateway: bound to key and endpoint, bounded, ended when idle. */
export class SessionStore {
  readonly #sessions = new Map<string, { session: ClientSession; heardMs: number }>()
  /** The ids that clients know, which are long, to the short ones. */
  readonly #names = new Map<string, string>()
  readonly #options: SessionStoreOptions
  readonly #sweeper: NodeJS.Timeout

  constructor(options: SessionStoreOptions) {
    this.#options = options
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS)
    this.#sweeper.unref()
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Opens a session, under the id that it had in another process or a new one; throws when the gateway is full of busy ones. */
  open(
    parts: Omit<SessionParts, 'id'>,
    id: string = randomBytes(ID_BYTES).toString('base64url'),
  ): ClientSession {
    const { sessionsMax = SESSIONS_MAX, sessionsPerKeyMax = SESSIONS_PER_KEY_MAX } = this.#options
    const all = [...this.#sessions.values()].map(({ session }) => session)
    const own = all.filter((session) => session.caller.keyId === parts.caller.keyId)
    if (own.length >= sessionsPerKeyMax) this.#makeRoom(own)
    else if (all.length >= sessionsMax) this.#makeRoom(all)
    const session = new ClientSession({ ...parts, id })
    this.#sessions.set(id, { session, heardMs: this.#options.clock.monotonicMs() })
    return session
  }

  /** Makes a session findable by the id that its client knows. */
  name(session: ClientSession, name: string): void {
    if (this.#sessions.get(session.id)?.session !== session) return
    this.#names.set(name, session.id)
    session.ended.addEventListener('abort', () => this.#names.delete(name), { once: true })
  }

  /** The session of a name, if it lives and belongs to this key at this endpoint; a stranger learns nothing else than that it is unknown. */
  find(name: string, caller: CallerIdentity, endpointId: string): ClientSession | undefined {
    const id = this.#names.get(name)
    const entry = id === undefined ? undefined : this.#sessions.get(id)
    if (id === undefined || entry === undefined) return undefined
    const { session } = entry
    if (session.caller.keyId !== caller.keyId || session.endpointId !== endpointId) return undefined
    // Moved to the end: the map's order is the order of use.
    this.#sessions.delete(id)
    this.#sessions.set(id, { session, heardMs: this.#options.clock.monotonicMs() })
    return session
  }

  /** Ends a session and forgets it. */
  async drop(session: ClientSession, reason?: CallAbort): Promise<void> {
    if (this.#sessions.get(session.id)?.session === session) this.#sessions.delete(session.id)
    await session.close(reason)
  }

  /**
   * Ends every session that matches by its caller; of the others, those of one server that matches, and the
   * matching links of aggregates. Returns how many sessions ended.
   */
  dropWhere(matches: (running: RunningCall) => boolean, reason: CallAbort): number {
    const hit = [...this.#sessions.values()].filter(({ session }) => {
      const links = session.links.filter((link) => matches(runningAt(session.caller, link.server)))
      if (
        matches(runningAt(session.caller, undefined)) ||
        (session.isTransparent && links.length > 0)
      )
        return true
      for (const link of links) session.detach(link)
      return false
    })
    for (const { session } of hit) void this.drop(session, reason)
    return hit.length
  }

  /**
   * Ends the session among the matching ones that was idle longest, and for at least `idleMs`; false when
   * all of them are busy or were heard of since. Its client gets 404 and initializes again.
   */
  endIdle(matches: (session: ClientSession) => boolean, idleMs = 0): boolean {
    const idleSince = this.#options.clock.monotonicMs() - idleMs
    for (const { session, heardMs } of this.#sessions.values()) {
      if (heardMs > idleSince || session.isBusy || !matches(session)) continue
      void this.drop(session)
      return true
    }
    return false
  }

  /** Ends sessions that are idle for too long. */
  sweep(): void {
    const idleSince = this.#options.clock.monotonicMs() - (this.#options.idleMs ?? IDLE_MS)
    for (const { session, heardMs } of this.#sessions.values()) {
      if (heardMs < idleSince && !session.isBusy) void this.drop(session)
    }
  }

  /** Ends all: those that another process can go on with are left as they are at their servers. */
  async close(reason: CallAbort): Promise<void> {
    clearInterval(this.#sweeper)
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(sessions.map(({ session }) => session.leave(reason)))
  }

  #makeRoom(among: readonly ClientSession[]): void {
    if (this.endIdle((session) => among.includes(session))) return
    throw refuseListen('listen.sessions_exhausted', { retryAfterSeconds: 30 })
  }
}
