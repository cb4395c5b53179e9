import { createStore } from '../session/store.ts'
import type { Tone } from './tone.ts'

/** A message that comes and goes. What it says must also be visible where it happened. */
export type Toast = {
  readonly id: number
  readonly tone: Tone
  readonly title: string
  readonly body?: string
  readonly action?: { readonly label: string; readonly onSelect: () => void }
}

/** The most toasts at once: more cover the page, and nobody reads them. */
const TOASTS_MAX = 4

/** The toasts on screen. */
const shown = createStore<readonly Toast[]>([])
let lastId = 0

/** Shows and hides toasts, from anywhere. */
export const toast = {
  show(message: Omit<Toast, 'id'>): number {
    lastId += 1
    shown.set([...shown.get(), { ...message, id: lastId }].slice(-TOASTS_MAX))
    return lastId
  },
  hide(id: number): void {
    shown.set(shown.get().filter((one) => one.id !== id))
  },
  shown,
}
