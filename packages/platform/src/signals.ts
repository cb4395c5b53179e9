import type { Clock } from '@mcp-orchestra/kernel'

/** Signals that ask for an end: Ctrl-C, a service manager, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Under npm one Ctrl-C arrives twice, from the terminal and from npm: within this, it is one wish, in ms. */
const ONE_WISH_MS = 1_000

/** Listens for the person's wish to stop: the first asks, the second insists. */
export function untilStopped(clock: Clock): {
  first: Promise<NodeJS.Signals>
  second: Promise<void>
} {
  const first = Promise.withResolvers<NodeJS.Signals>()
  const second = Promise.withResolvers<void>()
  let askedAtMs: number | undefined
  for (const name of SIGNALS) {
    process.on(name, () => {
      askedAtMs ??= clock.monotonicMs()
      first.resolve(name)
      if (clock.monotonicMs() - askedAtMs > ONE_WISH_MS) second.resolve()
    })
  }
  return { first: first.promise, second: second.promise }
}
