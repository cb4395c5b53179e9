import { createStore } from '../session/store.ts'

/** Loads the new version; undefined while there is none. */
export const update = createStore<(() => void) | undefined>(undefined)

/** Registers the service worker, in a build only, and hears of new versions. */
export function startUpdates(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  register().catch(() => undefined) // Without a worker the console works, online only.
}

async function register(): Promise<void> {
  const { registerSW } = await import('virtual:pwa-register')
  const load = registerSW({ onNeedRefresh: () => update.set(() => void load(true)) })
}
