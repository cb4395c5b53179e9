import { Cancel, type CancelSignal } from '../cancel.ts'
import { abortReason, READ_ENOUGH } from './http/exchange.ts'
import { refuseUpstream } from './problems.ts'

/** Runs work under a deadline in milliseconds and an outer signal, which both end with it; the problem says how long it waited. */
export async function withDeadline<T>(
  timeoutMs: number,
  outer: CancelSignal | undefined,
  work: (signal: CancelSignal) => Promise<T>,
): Promise<T> {
  const inner = new Cancel()
  const onAbort = (): void => inner.abort(outer === undefined ? undefined : abortReason(outer))
  if (outer?.aborted === true) onAbort()
  outer?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => {
    inner.abort(refuseUpstream('upstream.timeout', { detail: `no answer within ${timeoutMs} ms` }))
  }, timeoutMs)
  try {
    return await work(inner.signal)
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', onAbort)
    // What was not read to its end gives its socket back.
    inner.abort(READ_ENOUGH)
  }
}
