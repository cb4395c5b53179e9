import type { CancelSignal } from './cancel.ts'

/** Resolves after so many milliseconds, or as soon as the signal says that nobody waits any more. */
export async function pause(ms: number, signal: CancelSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = (): void => resolve()
  const timer = setTimeout(end, ms)
  signal.addEventListener('abort', end, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
