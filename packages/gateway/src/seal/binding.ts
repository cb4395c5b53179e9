import type { CallerIdentity } from '../authorize/caller.ts'

/** Whose a request's state or a task is: the organization's, and in it the principal's (spending §3.10). */
export function principalBinding({ organizationId, keyId, key }: CallerIdentity): string {
  return JSON.stringify([organizationId, key.principalId ?? keyId])
}

/** Whose a legacy session is: the organization's, and in it the key's. */
export function keyBinding({ organizationId, keyId }: CallerIdentity): string {
  return JSON.stringify([organizationId, keyId])
}
