import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { ControlPlaneLink } from '../link/link.ts'

/** The longest that a caller waits for news (spending §7.21). */
const REFRESH_WAIT_MS = 1_000
/** At most four asks a second, however many unknown keys come: later ones share the next ask. */
const REFRESH_INTERVAL_MS = 250

/** Asks the control plane for its head and waits until the replica is there. */
export interface Refresher {
  refresh(): Promise<boolean>
  /** The replica applied a version. */
  reached(version: number): void
}

/** One ask at a time, rate-bounded; everybody who comes while one waits to start shares it. */
export function createRefresher(
  link: Pick<ControlPlaneLink, 'head'>,
  clock: Clock,
  state: { version(): number },
): Refresher {
  const waiting = new Set<{ version: number; resolve(): void }>()
  let next: Promise<boolean> | undefined
  let startedAt = Number.NEGATIVE_INFINITY

  const takeTurn = async (): Promise<boolean> => {
    await timeout(Math.max(0, startedAt + REFRESH_INTERVAL_MS - clock.monotonicMs())).promise
    // Whoever comes from now on may know of something newer than this ask will see.
    next = undefined
    startedAt = clock.monotonicMs()
    return ask()
  }

  const ask = async (): Promise<boolean> => {
    const deadline = timeout(REFRESH_WAIT_MS)
    try {
      const head = await Promise.race([link.head(), deadline.promise])
      if (head === undefined) return false
      if (state.version() >= head.version) return true
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiter = { version: head.version, resolve }
      waiting.add(waiter)
      await Promise.race([promise, deadline.promise])
      waiting.delete(waiter)
      return state.version() >= head.version
    } catch (cause) {
      if (cause instanceof Problem) return false // the link is down: the caller's answer follows from staleness
      throw cause
    } finally {
      deadline.clear()
    }
  }

  return {
    refresh: () => (next ??= takeTurn()),
    reached(version) {
      for (const waiter of waiting) if (waiter.version <= version) waiter.resolve()
    },
  }
}

function timeout(ms: number): { promise: Promise<undefined>; clear(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  return { promise, clear: () => clearTimeout(timer) }
}
