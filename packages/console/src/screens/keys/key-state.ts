import type { ApiKey } from '@mcp-orchestra/sdk'
import type { KEY_STATES } from './search.ts'

/** How long before its end a key is said to end soon, in ms: a week is time to rotate calmly. */
export const EXPIRING_MS = 7 * 86_400_000

/** The state of a key as people ask for it. */
export type KeyState = (typeof KEY_STATES)[number]

/** What a key is now: one that was rotated works on until its grace is over, and is called replaced. */
export function keyState(key: ApiKey, nowMs: number): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  const leftMs = Date.parse(key.expiresAt) - nowMs
  if (leftMs <= 0) return 'expired'
  if (key.replacedBy !== null) return 'replaced'
  return leftMs <= EXPIRING_MS ? 'expiring' : 'active'
}

/** Whether a key still lets anybody in. */
export function works(state: KeyState): boolean {
  return state === 'active' || state === 'expiring' || state === 'replaced'
}

/** Whether a key can be rotated: it works, and nothing has replaced it. */
export function canRotate(state: KeyState): boolean {
  return state === 'active' || state === 'expiring'
}
