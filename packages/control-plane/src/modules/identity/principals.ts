import { isWellFormedApiKey } from '@mcp-orchestra/api/api-key'
import type { Authorize, Permission, Principal } from '@mcp-orchestra/api/permission'
import type { Clock, Id, Transactions } from '@mcp-orchestra/kernel'
import { effectivePermissions, statusOf, type ApiKey } from './key.ts'
import type { KeyUses } from './key-use.ts'
import { digestOf } from './keys.ts'
import type { Member, Organization } from './organization.ts'
import type { KeyStore, OrganizationStore, Sessions } from './ports.ts'
import { refuse } from './problems.ts'
import { permissionsOf } from './role.ts'

/**
 * A key that was looked up is trusted this long, in ms: bounds how late another control-plane process
 * hears of a revocation; this process forgets it at once.
 */
const KEY_CACHE_TTL_MS = 1_000
/** Keys remembered at most, in and out of use: a few megabytes. */
const KEY_CACHE_MAX = 10_000

const BEARER = /^Bearer +([^\s]+)$/i
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Who asks, and what there is to say about them. */
export type Caller = {
  readonly via: 'key' | 'session'
  readonly principal: Principal
  readonly organization: Organization
  readonly member: Member | undefined
}

/** Authentication and authorization of the control plane. */
export interface Principals {
  /** Who a request comes from, or a 401 problem. */
  callerOf(request: Request): Promise<Caller>
  /** What there is to say about a member who has just proven who they are; suspended ones too. */
  callerOfMember(id: Id<'mbr'>): Promise<Caller>
  readonly authorize: Authorize
  /** Forgets a key at once. */
  forget(id: Id<'key'>): void
}

/** Authenticates by API key, or by session (cookie or signed bearer token). */
export function createPrincipals(deps: {
  readonly transactions: Transactions
  readonly keys: KeyStore
  readonly keyUses: KeyUses
  readonly organizations: OrganizationStore
  readonly sessions: Sessions
  readonly clock: Clock
  /** Origins whose pages may use a cookie for changes. */
  readonly trustedOrigins: readonly string[]
}): Principals {
  const { transactions, keys, keyUses, organizations, sessions, clock } = deps
  type Known = { key: ApiKey; caller: Caller; readAtMs: number }
  const known = new Map<string, Known>()

  async function byKey(secret: string): Promise<Caller> {
    if (!isWellFormedApiKey(secret)) throw refuse('identity.unauthenticated')
    const digest = digestOf(secret)
    let entry = known.get(digest)
    if (entry === undefined || clock.monotonicMs() - entry.readAtMs > KEY_CACHE_TTL_MS) {
      entry = await readKey(digest)
      known.delete(digest)
      known.set(digest, entry)
      const oldest = known.keys().next()
      if (known.size > KEY_CACHE_MAX && oldest.done !== true) known.delete(oldest.value)
    }
    const status = statusOf(entry.key, clock.now())
    if (status !== 'active') throw refuse(`identity.key_${status}`)
    return entry.caller
  }

  function readKey(digest: string): Promise<Known> {
    // Unknown keys are not remembered: guessing 256 bits needs no cache, and the rate limit bounds it.
    return transactions.run(async (tx) => {
      const key = await keys.findByDigest(tx, digest)
      if (key === undefined) throw refuse('identity.unauthenticated')
      const organization = await organizations.organization(tx, key.organizationId)
      const member =
        key.memberId === null ? undefined : await organizations.member(tx, key.memberId)
      if (organization === undefined) throw refuse('identity.unauthenticated')
      const principal: Principal = {
        organizationId: key.organizationId,
        memberId: key.memberId,
        keyId: key.id,
        permissions: new Set(effectivePermissions(key, member)),
      }
      const now = clock.now()
      if (statusOf(key, now) === 'active') await keyUses.note(tx, [{ keyId: key.id, at: now }])
      const caller: Caller = { via: 'key', principal, organization, member }
      return { key, caller, readAtMs: clock.monotonicMs() }
    })
  }

  async function bySession(headers: Headers): Promise<Caller> {
    const memberId = await sessions.memberOf(headers)
    if (memberId === undefined) throw refuse('identity.unauthenticated')
    return callerOfMember(memberId)
  }

  function callerOfMember(memberId: Id<'mbr'>): Promise<Caller> {
    return transactions.run(async (tx) => {
      const member = await organizations.member(tx, memberId)
      const organization =
        member === undefined
          ? undefined
          : await organizations.organization(tx, member.organizationId)
      if (member === undefined || organization === undefined) {
        throw refuse('identity.unauthenticated')
      }
      const principal: Principal = {
        organizationId: member.organizationId,
        memberId: member.id,
        keyId: null,
        permissions: permissionsOf(member),
      }
      return { via: 'session', principal, organization, member }
    })
  }

  async function resolve(request: Request): Promise<Caller> {
    const header = request.headers.get('authorization')
    const token = header === null ? undefined : BEARER.exec(header)?.[1]
    if (header !== null && token === undefined) throw refuse('identity.unauthenticated')
    let caller: Caller
    if (token?.startsWith('mcpo_') === true) {
      caller = await byKey(token)
    } else {
      // A browser sends cookies from any page; what it never sends from a stranger's is our Origin.
      const origin = request.headers.get('origin')
      if (
        token === undefined &&
        !SAFE_METHODS.has(request.method) &&
        request.headers.has('cookie') &&
        !(origin !== null && deps.trustedOrigins.includes(origin))
      ) {
        throw refuse('identity.cross_origin')
      }
      caller = await bySession(sessionHeaders(request.headers))
    }
    return requireActive(caller)
  }

  /** One look per request, however many ask. */
  const resolved = new WeakMap<Request, Promise<Caller>>()
  function callerOf(request: Request): Promise<Caller> {
    const known = resolved.get(request) ?? resolve(request)
    resolved.set(request, known)
    return known
  }

  return {
    callerOf,
    callerOfMember,
    async authorize(request, permission: Permission) {
      const { principal } = await callerOf(request)
      if (!principal.permissions.has(permission)) {
        throw refuse('identity.forbidden', { members: { permission } })
      }
      return principal
    },
    forget(id) {
      for (const [digest, { key }] of known) if (key.id === id) known.delete(digest)
    },
  }
}

/** Refuses whoever belongs to a suspended organization. */
export function requireActive(caller: Caller): Caller {
  if (caller.organization.status === 'suspended') throw refuse('identity.organization_suspended')
  return caller
}

/** Only the credential that decides: with a token, a cookie must not step in when the token is bad. */
export function sessionHeaders(headers: Headers): Headers {
  const authorization = headers.get('authorization')
  return authorization === null
    ? new Headers({ cookie: headers.get('cookie') ?? '' })
    : new Headers({ authorization })
}
