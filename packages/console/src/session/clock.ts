import { useSyncExternalStore } from 'react'

/** The only place of the console that asks for the time: epoch milliseconds. */
export function nowMs(): number {
  return Date.now() // oxlint-disable-line orchestra/no-wall-clock -- the console's clock
}

/** How often what shows the time is drawn again, in milliseconds: seconds are counted down. */
const TICK_MS = 1_000

let shownMs = nowMs()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === undefined) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  shownMs = nowMs()
  for (const listener of listeners) listener()
}

function current(): number {
  if (timer === undefined && nowMs() - shownMs > TICK_MS) shownMs = nowMs()
  return shownMs
}

/** The time as the page shows it, in epoch milliseconds; draws again every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, current)
}
