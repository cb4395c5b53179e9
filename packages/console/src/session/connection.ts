import { waitAfter } from './backoff.ts'
import { nowMs } from './clock.ts'
import { createStore } from './store.ts'

/** Whether the platform can be reached, and when the next try is, in epoch milliseconds. */
export type Connection =
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'lost'
      readonly sinceMs: number
      readonly tries: number
      readonly nextTryAtMs: number
    }

const CONNECTED: Connection = { kind: 'connected' }

/** The state of the line to the platform. */
export const connection = createStore<Connection>(CONNECTED)

/** Something answered: the line is there. */
export function noteAnswer(): void {
  connection.set(CONNECTED)
}

/** Nothing answered. The first loss starts the tries, a failed try waits longer. */
export function noteLost(options: { readonly tried: boolean } = { tried: false }): void {
  const before = connection.get()
  if (before.kind === 'lost' && !options.tried) return
  const tries = before.kind === 'lost' ? before.tries + 1 : 1
  const sinceMs = before.kind === 'lost' ? before.sinceMs : nowMs()
  connection.set({ kind: 'lost', sinceMs, tries, nextTryAtMs: nowMs() + waitAfter(tries) })
}
