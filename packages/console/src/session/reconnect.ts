import { connection, noteLost } from './connection.ts'
import { nowMs } from './clock.ts'
import { core } from './core.ts'
import { queryClient } from './query-client.ts'

let timer: ReturnType<typeof setTimeout> | undefined

/** Tries at once to reach the platform; what is on screen is asked for again when it answers. */
export async function tryNow(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const before = connection.get()
  try {
    await core.session.me()
  } catch {
    // A refusal is an answer too; only silence leaves the state as it was.
    if (connection.get() === before) noteLost({ tried: true })
  }
}

function follow(): void {
  const state = connection.get()
  clearTimeout(timer)
  timer = undefined
  if (state.kind === 'connected') {
    // Failures show themselves on the screens that asked.
    queryClient.invalidateQueries().catch(() => undefined)
    return
  }
  timer = setTimeout(() => void tryNow(), Math.max(0, state.nextTryAtMs - nowMs()))
}

/** Starts watching the line: after a loss it tries again by itself, at once when the network is back. */
export function watchConnection(): void {
  connection.subscribe(follow)
  globalThis.addEventListener('online', () => {
    if (connection.get().kind === 'lost') void tryNow()
  })
}
