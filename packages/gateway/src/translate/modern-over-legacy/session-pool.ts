import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { rev20251125 } from '../../protocol/rev-2025-11-25/codec.ts'
import { LEGACY_REVISIONS } from '../../protocol/revisions.ts'
import type { RunningCall } from '../../revocation.ts'
import { runningAt } from '../../upstream/in-flight.ts'
import { introduce } from '../../upstream/introduce.ts'
import { withDeadline } from '../../upstream/deadline.ts'
import type { OpenLink } from '../../upstream/links.ts'
import { NotThisEra } from '../../upstream/not-this-era.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { ClientWords } from './client-words.ts'
import { LegacySession, type Lease } from './legacy-session.ts'

/** Sessions kept per gateway: some 20 KiB each, and a stream to the server for most. */
const SESSIONS_MAX = 5_000
/** Sessions per key: a client that names itself anew in each request fills its own share only. */
const SESSIONS_PER_KEY_MAX = 200
/** A session that nobody used for this long is ended, in milliseconds: the next request opens another one. */
const IDLE_MS = 5 * 60_000
/** How often idle sessions are looked for, in milliseconds. */
const SWEEP_MS = 30_000

/** Bounds, with defaults; times in milliseconds. */
export type PoolBounds = {
  readonly sessionsMax?: number
  readonly sessionsPerKeyMax?: number
  readonly idleMs?: number
}

/** What sessions are opened with. */
export type SessionPoolParts = PoolBounds & {
  readonly openLink: OpenLink
  readonly mintId: () => number
  readonly clock: Clock
}

/** For whom a session is used, and whether the server may ask something in the call. */
export type SessionUse = {
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly words: ClientWords
  readonly mayAsk: boolean
  /** The task that it is about: where it was begun it is known. */
  readonly taskId?: string | undefined
}

/** Sessions with legacy servers for modern requests: kept for each caller, server and client's words apart, used again, bounded. */
export class SessionPool {
  readonly #parts: SessionPoolParts
  readonly #sessions = new Set<LegacySession>()
  /** Those that are introduced, by what they can serve. */
  readonly #ready = new Map<string, Set<LegacySession>>()
  /** Lost ones that are still in use; each ends with its last call. */
  readonly #retired = new WeakSet<LegacySession>()
  readonly #opening = new Map<string, Promise<void>>()
  readonly #sweeper: NodeJS.Timeout

  constructor(parts: SessionPoolParts) {
    this.#parts = parts
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS)
    this.#sweeper.unref()
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A session for one call, introduced; rejects with a problem, or {@link NotThisEra}. */
  async lease(use: SessionUse): Promise<Lease> {
    const key = keyOf(use)
    const free = this.#homeOf(use) ?? this.#find(key, use)
    if (free !== undefined) return this.#take(free, use)
    const opening = this.#opening.get(key) ?? this.#startOpening(key, use)
    await opening
    // Several may have waited for it: who comes too late for one that serves one call opens another.
    return await this.lease(use)
  }

  /** Ends a session that its server no longer knows, or that rights were taken from. */
  drop(session: LegacySession, reason: Error): void {
    this.#sessions.delete(session)
    this.#withhold(session)
    void session.end(reason)
  }

  /** Nobody begins anything in a session that its server forgot; what is open on it learns by itself whether it was run. */
  #retire(session: LegacySession): void {
    this.#withhold(session)
    session.loseListeners()
    if (session.users === 0) this.drop(session, LOST)
    else this.#retired.add(session)
  }

  #withhold(session: LegacySession): void {
    const ready = this.#ready.get(session.key)
    ready?.delete(session)
    if (ready?.size === 0) this.#ready.delete(session.key)
  }

  /** Ends the sessions that match; returns how many. */
  dropWhere(matches: (running: RunningCall) => boolean, reason: Error): number {
    const hit = [...this.#sessions].filter(({ caller, server }) =>
      matches(runningAt(caller, server)),
    )
    for (const session of hit) this.drop(session, reason)
    return hit.length
  }

  /** Ends the session among the matching ones that was idle longest, and for at least `idleMs`; whether there was one. */
  endIdle(matches: (session: LegacySession) => boolean, idleMs = 0): boolean {
    const since = this.#parts.clock.monotonicMs() - idleMs
    const [oldest] = [...this.#sessions]
      .filter((session) => session.isIdle && session.idleSinceMs <= since && matches(session))
      .toSorted((a, b) => a.idleSinceMs - b.idleSinceMs)
    if (oldest === undefined) return false
    this.drop(oldest, IDLE)
    return true
  }

  /** Ends the session with a process that was idle longest, of one holder or of all; whether there was one. */
  endIdleProcess(isHolder: (caller: CallerIdentity) => boolean, idleMs: number): boolean {
    return this.endIdle(
      ({ caller, server }) => server.transport.kind === 'stdio' && isHolder(caller),
      idleMs,
    )
  }

  /** Ends sessions that are idle for too long. */
  sweep(): void {
    while (this.endIdle(() => true, this.#parts.idleMs ?? IDLE_MS));
  }

  async close(reason: Error): Promise<void> {
    clearInterval(this.#sweeper)
    const sessions = [...this.#sessions]
    this.#sessions.clear()
    this.#ready.clear()
    await Promise.all(sessions.map((session) => session.end(reason)))
  }

  /** The session of this caller in which a task was begun, whatever its client says about itself now. */
  #homeOf({ caller, server, taskId }: SessionUse): LegacySession | undefined {
    if (taskId === undefined) return undefined
    for (const sessions of this.#ready.values())
      for (const session of sessions) {
        const isOwn = session.caller.keyId === caller.keyId && session.tasks.has(taskId)
        if (isOwn && wayTo(session.server) === wayTo(server)) return session
      }
    return undefined
  }

  /** One with listeners first, so that they hear what the call changes; else the one that was used last. */
  #find(key: string, { mayAsk }: SessionUse): LegacySession | undefined {
    let found: LegacySession | undefined
    for (const session of this.#ready.get(key) ?? []) {
      if (session.isExclusive && mayAsk && session.askers > 0) continue
      if (found === undefined || rank(session) >= rank(found)) found = session
    }
    return found
  }

  #take(session: LegacySession, { mayAsk }: SessionUse): Lease {
    session.users += 1
    if (mayAsk) session.askers += 1
    let isReleased = false
    return {
      session,
      release: () => {
        if (isReleased) return
        isReleased = true
        session.users -= 1
        if (mayAsk) session.askers -= 1
        session.idleSinceMs = this.#parts.clock.monotonicMs()
        if (session.users === 0 && this.#retired.has(session)) this.drop(session, LOST)
      },
    }
  }

  #startOpening(key: string, use: SessionUse): Promise<void> {
    const opening = this.#open(key, use).finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  async #open(key: string, { caller, server, words }: SessionUse): Promise<void> {
    this.#makeRoom(caller.keyId)
    const { openLink, mintId, clock } = this.#parts
    const { declaresReverse, paramsText } = words
    const link = openLink(server, { caller, revision: rev20251125.revision, declaresReverse })
    const session = new LegacySession({
      key,
      caller,
      server,
      words,
      link,
      mintId,
      clock,
      onLost: (lost) => this.#retire(lost),
    })
    this.#sessions.add(session)
    // Used while it is opened, so that nobody takes it for idle.
    session.users += 1
    try {
      const introduction = await withDeadline(
        server.limits.callTimeoutMs,
        session.ended,
        (signal) => introduce(link, paramsText, mintId(), signal),
      )
      const { revision } = introduction
      if (revision === undefined || !LEGACY_REVISIONS.includes(revision)) {
        const detail = `it chose the revision ${JSON.stringify(revision ?? null)}`
        throw refuseUpstream('upstream.invalid_answer', { detail })
      }
      session.introduced(introduction)
      session.idleSinceMs = clock.monotonicMs()
      const ready = this.#ready.get(key) ?? new Set()
      this.#ready.set(key, ready.add(session))
    } catch (error) {
      this.drop(session, LOST)
      const isRefused =
        error instanceof Problem &&
        (error.code === 'upstream.failed' || error.code === 'upstream.invalid_answer')
      throw isRefused ? new NotThisEra(error) : error
    } finally {
      session.users -= 1
    }
  }

  #makeRoom(keyId: string): void {
    const { sessionsMax = SESSIONS_MAX, sessionsPerKeyMax = SESSIONS_PER_KEY_MAX } = this.#parts
    const own = [...this.#sessions].filter(({ caller }) => caller.keyId === keyId).length
    const isFull = own >= sessionsPerKeyMax || this.#sessions.size >= sessionsMax
    const isOwn = ({ caller }: LegacySession): boolean =>
      own < sessionsPerKeyMax || caller.keyId === keyId
    if (!isFull || this.endIdle(isOwn)) return
    const detail = `${own} sessions of this caller with legacy servers are in use`
    throw refuseUpstream('upstream.busy', { detail, retryAfterSeconds: 5 })
  }
}

const IDLE = new Error('the session was idle')
const LOST = refuseUpstream('upstream.failed', { detail: 'the server ended the session' })

function rank({ listeners, idleSinceMs }: LegacySession): number {
  return listeners.size > 0 ? Number.POSITIVE_INFINITY : idleSinceMs
}

// An entity of the snapshot is never changed, only replaced.
const ways = new WeakMap<ServerEntity, string>()

function wayTo(server: ServerEntity): string {
  const known = ways.get(server)
  if (known !== undefined) return known
  const way = JSON.stringify([server.id, server.transport])
  ways.set(server, way)
  return way
}

/** A shared process was greeted once, in the words of whoever came first: all that ask nothing share it. */
function keyOf({ caller, server, words }: SessionUse): string {
  const isSharedProcess = server.transport.kind === 'stdio' && !words.declaresReverse
  return `${caller.keyId} ${wayTo(server)} ${isSharedProcess ? '' : words.paramsText}`
}
