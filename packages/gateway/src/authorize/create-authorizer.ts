import { hash } from 'node:crypto'
import type { KeyEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock, Id, Problem } from '@mcp-orchestra/kernel'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import type { Authorizer, Verification } from './authorizer.ts'
import { readBearer } from './bearer.ts'
import type { CallerIdentity } from './caller.ts'
import { compileGrants, type CompiledGrants } from './grants.ts'
import { createNegativeCache } from './negative-cache.ts'
import { refuse } from './problems.ts'
import { createRateLimiter } from './rate-limiter.ts'

/** A strict key is served for one second after the control plane is gone (spending §7.20). */
const STRICT_STALE_MS = 1_000

/** What the authorizer decides from. */
export type AuthorizerOptions = { readonly snapshot: SnapshotReplica; readonly clock: Clock }

/**
 * Authorization from memory (architecture §3): form and checksum, one SHA-256, one map look-up by digest
 * (so no comparison of secrets leaks time), expiry, organization, rate. A well-formed unknown key costs
 * one coalesced ask before its 401 (spending §7.21).
 */
export function createAuthorizer({ snapshot, clock }: AuthorizerOptions): Authorizer {
  const unknown = createNegativeCache()
  const rates = createRateLimiter(clock)
  const callers = new WeakMap<KeyEntity, CallerIdentity>()
  const grants = new WeakMap<KeyEntity, CompiledGrants>()

  snapshot.onChange(({ kind, id }) => {
    if (kind !== 'key') return
    unknown.clear()
    if (snapshot.keyById(id) === undefined) rates.forget(id)
  })

  const grantsOf = (key: KeyEntity): CompiledGrants => {
    const known = grants.get(key)
    if (known !== undefined) return known
    const compiled = compileGrants(key)
    grants.set(key, compiled)
    return compiled
  }

  const callerOf = (key: KeyEntity): CallerIdentity => {
    const known = callers.get(key)
    if (known !== undefined) return known
    const caller = identify(key)
    callers.set(key, caller)
    return caller
  }

  const admit = (key: KeyEntity): Verification => {
    const problem =
      stale(key.strict) ??
      (key.expiresAtMs !== null && key.expiresAtMs <= clock.now()
        ? refuse('authorize.key_expired')
        : undefined) ??
      (snapshot.organizationActive(key.organizationId)
        ? undefined
        : refuse('authorize.organization_suspended')) ??
      (key.permissions.includes('tools:call')
        ? undefined
        : refuse('authorize.permission_missing')) ??
      limited(key)
    return problem === undefined
      ? { kind: 'caller', caller: callerOf(key) }
      : { kind: 'refused', problem }
  }

  const limited = (key: KeyEntity): Problem | undefined => {
    const decision = rates.admit(key.id, key.ratePerMinute)
    if (decision.kind === 'admitted') return undefined
    return refuse('authorize.rate_limited', {
      detail: `The limit is ${key.ratePerMinute} a minute.`,
      retryAfterSeconds: Math.max(1, Math.ceil(decision.retryAfterMs / 1_000)),
    })
  }

  const stale = (strict: boolean): Problem | undefined => {
    const maxStaleMs = snapshot.settings()?.maxStaleMs ?? 0
    if (snapshot.staleMs() <= (strict ? Math.min(STRICT_STALE_MS, maxStaleMs) : maxStaleMs))
      return undefined
    return refuse('authorize.stale', { retryAfterSeconds: 1 })
  }

  const ask = async (digest: string): Promise<KeyEntity | 'unknown' | 'unheard'> => {
    if (unknown.has(digest)) return 'unknown'
    const current = await snapshot.refresh()
    const key = snapshot.keyByDigest(digest)
    if (key !== undefined) return key
    // Only a key that the control plane itself did not know is remembered: an unreachable one proves nothing.
    if (current) unknown.add(digest)
    // A connected gateway has each key before its owner has it; a copy from disk may be older than the key.
    return current || snapshot.staleMs() === 0 ? 'unknown' : 'unheard'
  }

  const verifyUnknown = async (digest: string): Promise<Verification> => {
    const key = await ask(digest)
    if (typeof key !== 'string') return admit(key)
    const problem =
      key === 'unheard' ? refuse('authorize.stale', { retryAfterSeconds: 1 }) : stale(false)
    return problem === undefined ? refused('authorize.key_invalid') : { kind: 'refused', problem }
  }

  return {
    verify(authorization) {
      const bearer = readBearer(authorization)
      if (bearer.kind === 'absent') return Promise.resolve(refused('authorize.key_missing'))
      if (bearer.kind === 'malformed') return Promise.resolve(refused('authorize.key_invalid'))
      const digest = hash('sha256', bearer.key, 'hex')
      const key = snapshot.keyByDigest(digest)
      return key === undefined ? verifyUnknown(digest) : Promise.resolve(admit(key))
    },
    mayUse(caller, server) {
      const seen =
        (server.organizationId === caller.organizationId || server.visibility === 'everyone') &&
        snapshot.organizationActive(server.organizationId) &&
        grantsOf(caller.key).coversServer(server.id)
      return seen ? undefined : refuse('authorize.server_unknown')
    },
    mayCall(caller, server, tool) {
      if (grantsOf(caller.key).coversTool(server.id, tool)) return undefined
      return refuse('authorize.tool_denied', {
        detail: `This key may not call the tool ${JSON.stringify(tool)}.`,
      })
    },
    mayUseWhole(caller, server) {
      if (grantsOf(caller.key).coversWholeServer(server.id)) return undefined
      return refuse('authorize.tool_denied', {
        detail: 'The grants of this key name tools; it may use those alone.',
      })
    },
  }
}

function refused(code: Parameters<typeof refuse>[0]): Verification {
  return { kind: 'refused', problem: refuse(code) }
}

/** The snapshot's ids are the control plane's own; they were parsed when they were applied. */
function identify(key: KeyEntity): CallerIdentity {
  return {
    keyId: key.id as Id<'key'>,
    organizationId: key.organizationId as Id<'org'>,
    memberId: key.memberId as Id<'mbr'> | null,
    key,
  }
}
