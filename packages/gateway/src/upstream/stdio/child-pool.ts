import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import { refuseUpstream } from '../problems.ts'
import { Backoff } from './backoff.ts'
import { Child } from './child.ts'
import type { Spool } from '../spool/spool.ts'
import { Duplex } from '../duplex/duplex.ts'
import { planSpawn, type BaseEnvironment } from './spawn-plan.ts'
import { DuplexLink } from '../duplex/duplex-link.ts'

/** Server processes per gateway: each costs some 50 MB, so that a laptop survives them all. */
const CHILDREN_MAX = 64
/** Processes per caller: one caller's sessions never take the places of all the others. */
const CHILDREN_PER_CALLER_MAX = 32
/** A process that no session uses is kept this long for the next one, in milliseconds. */
const LINGER_MS = 60_000

/** How children are started and kept; limits have defaults. */
export type ChildPoolOptions = {
  readonly clock: Clock
  readonly baseEnvironment: BaseEnvironment
  /** Where answers are kept that are too large for memory. */
  readonly spool: Spool
  /** Where `setpriv` is; undefined where the machine has none. */
  readonly setpriv: string | undefined
  readonly childrenMax?: number
  readonly lingerMs?: number
  /** Ends whatever has been idle longest and holds a process, of one holder or of all; whether there was any. */
  readonly endIdleUse?: (holder: string | undefined) => boolean
}

/** For whom a process runs. */
export type ChildUse = {
  /** Who may share it: the sessions of one caller; for bounds. */
  readonly holder: string
  /** Whether several sessions of the holder may use it; else it is the session's own and ends with it. */
  readonly isShared: boolean
  /** What the process was told at its greeting: sessions that would say something else need another one. */
  readonly revision: string
  /** Whether it only finds out what the server speaks: its end is then no failure of the server. */
  readonly isProbe?: boolean
}

/** Who uses a process now: told when it was lost. */
export type ChildUser = { lose(): void }

/** A process of a modern server on loan: several requests of one holder use it at once. */
export type ChildLoan = {
  readonly child: Duplex
  /** A legacy session in its place: the process answered, but not as a modern one. Closing it gives the process back. */
  openLegacy(): DuplexLink
  giveBack(): void
}

type Entry = {
  readonly serverId: string
  readonly holder: string
  readonly shareKey: string | undefined
  readonly child: Duplex
  readonly links: Set<ChildUser>
  readonly startedMs: number
  linger: NodeJS.Timeout | undefined
}

/** The server processes of this gateway: shared within one caller, bounded, restarted with pauses. */
export class ChildPool {
  readonly #options: ChildPoolOptions
  readonly #entries = new Set<Entry>()
  readonly #backoffs = new Map<string, Backoff>()

  constructor(options: ChildPoolOptions) {
    this.#options = options
  }

  /** Processes running now. */
  get size(): number {
    return this.#entries.size
  }

  /** Process ids, for tests and for people. */
  pids(): number[] {
    return [...this.#entries].flatMap(({ child }) => child.pid ?? [])
  }

  /** A link to a process of the server: to a shared one that runs as the server is set up now, else to a new one. */
  open(server: ServerEntity, use: ChildUse): DuplexLink {
    const { holder, isShared, revision, isProbe = false } = use
    const shareKey = isShared
      ? JSON.stringify([server.id, server.transport, holder, revision])
      : undefined
    const known =
      shareKey === undefined
        ? undefined
        : [...this.#entries].find((entry) => entry.shareKey === shareKey)
    const entry = known ?? this.#start(server, { holder, shareKey, isShared, isProbe })
    clearTimeout(entry.linger)
    entry.linger = undefined
    const link = new DuplexLink(server, entry.child, () => this.#leave(entry, link))
    entry.links.add(link)
    return link
  }

  /**
   * Lends a process of a modern server, which knows no sessions: the holder's own one, or, for a probe, a fresh one
   * whose end is no failure of the server.
   */
  lend(server: ServerEntity, holder: string, isProbe = false): ChildLoan {
    const shareKey = isProbe
      ? undefined
      : JSON.stringify([server.id, server.transport, holder, 'modern'])
    const known =
      shareKey === undefined
        ? undefined
        : [...this.#entries].find((entry) => entry.shareKey === shareKey)
    const entry =
      known ?? // Whoever probes can be asked nothing: what a legacy server asks is answered so.
      this.#start(server, { holder, shareKey, isShared: isProbe, isProbe })
    clearTimeout(entry.linger)
    entry.linger = undefined
    const user: ChildUser = { lose: () => undefined }
    entry.links.add(user)
    return {
      child: entry.child,
      openLegacy: () => {
        const link = new DuplexLink(server, entry.child, () => this.#leave(entry, link))
        entry.links.add(link)
        entry.links.delete(user)
        // What was answered was no greeting.
        entry.child.isInitialized = false
        return link
      },
      giveBack: () => this.#leave(entry, user),
    }
  }

  /** Ends the processes of a server: it was changed, turned off or removed. */
  async stopServer(serverId: string): Promise<void> {
    await this.#stop([...this.#entries].filter((entry) => entry.serverId === serverId))
    this.#backoffs.delete(serverId)
  }

  async close(): Promise<void> {
    await this.#stop([...this.#entries])
  }

  #start(
    server: ServerEntity,
    use: {
      readonly holder: string
      readonly shareKey: string | undefined
      readonly isShared: boolean
      readonly isProbe?: boolean
    },
  ): Entry {
    const { holder, shareKey, isShared, isProbe = false } = use
    const { clock, baseEnvironment, setpriv, childrenMax = CHILDREN_MAX } = this.#options
    const backoff = this.#backoffs.get(server.id) ?? new Backoff()
    this.#backoffs.set(server.id, backoff)
    const waitMs = backoff.waitMs(clock.monotonicMs())
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000)
      const detail = `it failed and is started again in ${seconds} s; ${backoff.lastReason}`
      throw refuseUpstream('upstream.unreachable', { detail, retryAfterSeconds: seconds })
    }
    const own = [...this.#entries].filter((entry) => entry.holder === holder)
    if (own.length >= CHILDREN_PER_CALLER_MAX) this.#makeRoom(own, 'of this caller run', holder)
    if (this.#entries.size >= childrenMax) this.#makeRoom([...this.#entries], 'run on this gateway')
    const { spool } = this.#options
    const { resultBytesMax } = server.limits
    const startedMs = clock.monotonicMs()
    const child = new Duplex({
      open: (events) =>
        new Child(planSpawn(server, baseEnvironment, setpriv), events, { spool, resultBytesMax }),
      isShared,
      onEnd: (problem, isEarly) => {
        if (!this.#entries.delete(entry)) return
        clearTimeout(entry.linger)
        if (isProbe) return
        const nowMs = clock.monotonicMs()
        backoff.noteEnd(nowMs, nowMs - startedMs, isEarly, problem.detail ?? problem.kind.title)
        for (const link of entry.links) link.lose()
      },
    })
    const entry: Entry = {
      serverId: server.id,
      holder,
      shareKey,
      child,
      links: new Set(),
      startedMs,
      linger: undefined,
    }
    this.#entries.add(entry)
    return entry
  }

  /** An unused process goes first, then one whose session is idle: many clients never end their sessions. */
  #makeRoom(among: readonly Entry[], where: string, holder?: string): void {
    const isUnused = (entry: Entry): boolean => entry.links.size === 0 && this.#entries.has(entry)
    const unused = among.find(isUnused)
    if (unused !== undefined) return void this.#stop([unused])
    const before = this.#entries.size
    if (this.#options.endIdleUse?.(holder) === true) {
      const left = among.find(isUnused)
      if (left !== undefined) void this.#stop([left])
      if (this.#entries.size < before) return
    }
    const detail = `${among.length} server processes ${where}`
    throw refuseUpstream('upstream.busy', { detail, retryAfterSeconds: 5 })
  }

  #leave(entry: Entry, user: ChildUser): void {
    if (!entry.links.delete(user)) return
    if (entry.links.size > 0 || !this.#entries.has(entry)) return
    if (entry.shareKey === undefined) return void this.#stop([entry])
    entry.linger = setTimeout(() => void this.#stop([entry]), this.#options.lingerMs ?? LINGER_MS)
    entry.linger.unref()
  }

  /** Stops processes on purpose: no failure is noted, so the next start does not wait. */
  async #stop(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      this.#entries.delete(entry)
      clearTimeout(entry.linger)
      for (const link of entry.links) link.lose()
    }
    await Promise.all(entries.map(({ child }) => child.stop()))
  }
}
