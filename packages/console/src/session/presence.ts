import { createStore } from './store.ts'

/** Whether somebody is signed in, as far as this page knows; `ended` was signed in and is no more. */
export type Presence = 'unknown' | 'signed-in' | 'ended'

/** Who is here. */
export const presence = createStore<Presence>('unknown')

/** Tabs of one browser share one session, so they tell each other when it changes. */
const channel =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('orchestra-session')

/** The platform said that nobody is signed in (401). Only who was here can have left. */
export function noteNobody(): void {
  if (presence.get() === 'signed-in') presence.set('ended')
}

/** Somebody signed in in this tab. */
export function noteSignedIn(): void {
  presence.set('signed-in')
  channel?.postMessage('signed-in')
}

/** Somebody was found to be signed in; news to nobody. */
export function noteFound(): void {
  presence.set('signed-in')
}

/** Somebody signed out in this tab. */
export function noteSignedOut(): void {
  presence.set('unknown')
  channel?.postMessage('signed-out')
}

/** Hears of other tabs; `onSignedIn` looks who it is now. */
export function followOtherTabs(onSignedIn: () => void): void {
  channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.data === 'signed-out') noteNobody()
    if (event.data === 'signed-in') onSignedIn()
  })
}
