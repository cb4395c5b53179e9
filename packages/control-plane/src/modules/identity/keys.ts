import { createHash } from 'node:crypto'
import { API_KEY_START_CHARS, formatApiKey } from '@mcp-orchestra/api/api-key'
import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Permission, Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  assert,
  instant,
  parseId,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { actorOf } from './actor.ts'
import { boundGrants, type Grants } from './grant.ts'
import { keyEntity, statusOf, type ApiKey } from './key.ts'
import { boundMembership, type KeyGroup, type Membership } from './key-group.ts'
import type { KeyGroupStore, KeyStore, OrganizationStore, PageOf } from './ports.ts'
import { refuse } from './problems.ts'

/** Keys of an organization that work at once, at most: each is in the memory of every gateway. */
export const ACTIVE_KEYS_MAX = 10_000
/** A call key lives this long, in ms: long enough for a page, too short to be worth stealing. */
export const CALL_KEY_TTL_MS = 300_000
/** Expired keys that one sweep makes the gateways forget. */
const EXPIRED_SWEEP_KEYS = 500

/** What a new key shall be. */
export type KeyWish = Grants & {
  readonly name: string
  readonly permissions: readonly Permission[]
  readonly expiresInMs: number
  readonly ratePerMinute: number
  readonly strict: boolean
  readonly mode: 'live' | 'test'
  readonly service: boolean
  /** The ids of the project and the agent that it spends for. */
  readonly projectId?: string | undefined
  readonly agentId?: string | undefined
}

/** Whether gateways know of a change, for the answer of a mutation. */
export type AppliedChange = {
  readonly snapshotVersion: number
  readonly pendingGateways: readonly string[]
}

/** A new key and its secret, which only this answer holds. */
export type IssuedKey = AppliedChange & { readonly key: ApiKey; readonly secret: string }

/** The use cases of API keys. */
export interface Keys {
  list(principal: Principal, page: PageOf<Id<'key'>>): Promise<ApiKey[]>
  /** Refuses what exceeds the creator's own permissions or grants. */
  issue(principal: Principal, wish: KeyWish): Promise<IssuedKey>
  /** A five-minute key for one server, within the caller's own grants. */
  issueCallKey(principal: Principal, serverId: string): Promise<IssuedKey>
  /** The successor has all that the old one had; the old one ends after the grace. */
  rotate(principal: Principal, id: Id<'key'>, graceMs: number): Promise<IssuedKey>
  /** Connected gateways refuse the key before this resolves, or are named. */
  revoke(principal: Principal, id: Id<'key'>): Promise<AppliedChange & { readonly key: ApiKey }>
  /** Ends every call key of a member who signs out, as `revoke` does. */
  endCallKeys(memberId: Id<'mbr'>): Promise<AppliedChange | undefined>
  /** Makes gateways forget expired keys; returns how many. */
  sweepExpired(): Promise<number>
  /** Writes a key with a known secret in a transaction of the caller's (founding, first start). */
  plant(tx: Transaction, key: Omit<ApiKey, 'start' | 'digest'>, secret: string): Promise<number>
  /** A fresh secret. */
  makeSecret(mode: 'live' | 'test'): string
}

/** SHA-256 of a whole key, lower-case hex: all that is ever kept of it. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret, 'ascii').digest('hex')
}

/** What the use cases of keys work with. */
export type KeysDeps = {
  readonly transactions: Transactions
  readonly store: KeyStore
  readonly groups: Pick<KeyGroupStore, 'lock'>
  readonly organizations: OrganizationStore
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  /** 32 random bytes from the system. */
  readonly random: () => Uint8Array
  /** Told of every change of a key, after its commit. */
  readonly onChange: (id: Id<'key'>) => void
}

/** The keys of all organizations. */
export function createKeys(deps: KeysDeps): Keys {
  const { transactions, store, groups, organizations, snapshot, barrier, audit, clock, ids } = deps

  async function announce(tx: Transaction, key: ApiKey): Promise<number> {
    const member = key.memberId === null ? undefined : await organizations.member(tx, key.memberId)
    return snapshot.put(tx, 'key', key.id, keyEntity(key, member))
  }

  async function plant(
    tx: Transaction,
    wanted: Omit<ApiKey, 'start' | 'digest'>,
    secret: string,
  ): Promise<number> {
    const key = { ...wanted, start: secret.slice(0, API_KEY_START_CHARS), digest: digestOf(secret) }
    await store.insert(tx, key)
    return announce(tx, key)
  }

  /** Refuses permissions, grants and groups beyond those of who asks; returns them as they may be. */
  async function within(
    tx: Transaction,
    principal: Principal,
    asked: Grants & Membership & { readonly permissions: readonly Permission[] },
  ): Promise<Grants & Membership> {
    const { allow, deny, projectId, agentId } = asked
    const beyond = asked.permissions.filter((permission) => !principal.permissions.has(permission))
    if (beyond.length > 0) {
      throw refuse('identity.exceeds_creator', { members: { permissions: beyond } })
    }
    if (principal.keyId === null) return { allow, deny, projectId, agentId }
    const creator = await store.find(tx, principal.keyId)
    const grants = creator === undefined ? undefined : boundGrants(creator, asked)
    if (grants === undefined || creator === undefined) {
      throw refuse('identity.exceeds_creator', {
        detail: 'A rule of `allow` is wider than your own.',
      })
    }
    const membership = boundMembership(creator, asked)
    if (membership === undefined) {
      throw refuse('identity.exceeds_creator', {
        detail: 'Your key spends for another project or agent.',
      })
    }
    return { ...grants, ...membership }
  }

  /** The groups that a new key is wanted for, held until commit so that nobody removes them meanwhile. */
  async function membershipOf(
    tx: Transaction,
    { organizationId }: Principal,
    wish: KeyWish,
  ): Promise<Membership> {
    const held = async (group: KeyGroup['id'] | undefined): Promise<void> => {
      const found = group === undefined ? undefined : await groups.lock(tx, group, 'hold')
      if (found?.organizationId !== organizationId) throw refuse('identity.group_not_found')
    }
    const projectId = wish.projectId === undefined ? null : parseId('prj', wish.projectId)
    if (projectId !== null) await held(projectId)
    const agentId = wish.agentId === undefined ? null : parseId('agt', wish.agentId)
    if (agentId !== null) await held(agentId)
    return { projectId: projectId ?? null, agentId: agentId ?? null }
  }

  async function ownKey(tx: Transaction, principal: Principal, id: Id<'key'>): Promise<ApiKey> {
    const key = await store.lock(tx, id)
    if (key?.organizationId !== principal.organizationId) throw refuse('identity.key_not_found')
    return key
  }

  async function issueAs(
    principal: Principal,
    purpose: ApiKey['purpose'],
    wish: KeyWish,
  ): Promise<IssuedKey> {
    const secret = makeSecret(wish.mode)
    const { key, version } = await transactions.run(async (tx) => {
      const membership = await membershipOf(tx, principal, wish)
      const grants = await within(tx, principal, { ...wish, ...membership })
      const now = clock.now()
      if ((await store.countActive(tx, principal.organizationId, now)) >= ACTIVE_KEYS_MAX) {
        throw refuse('identity.key_limit')
      }
      const id = ids.make('key')
      const wanted = {
        id,
        rootId: id,
        organizationId: principal.organizationId,
        memberId: wish.service ? null : principal.memberId,
        purpose,
        name: wish.name,
        permissions: wish.permissions,
        ...grants,
        ratePerMinute: wish.ratePerMinute,
        strict: wish.strict,
        createdAt: now,
        expiresAt: instant(now + wish.expiresInMs),
        revokedAt: null,
        replacedBy: null,
        lastUsedAt: null,
      }
      const planted = await plant(tx, wanted, secret)
      await audit.record(tx, {
        organizationId: wanted.organizationId,
        actor: actorOf(principal),
        action: purpose === 'call' ? 'key.call_issued' : 'key.issued',
        target: wanted.id,
        detail: { name: wanted.name, permissions: wanted.permissions.join(' ') },
      })
      return { key: await written(tx, wanted.id), version: planted }
    })
    return { key, secret, ...(await barrier.reached(version)) }
  }

  async function written(tx: Transaction, id: Id<'key'>): Promise<ApiKey> {
    const key = await store.find(tx, id)
    assert(key !== undefined, 'a key that was just written is there')
    return key
  }

  function makeSecret(mode: 'live' | 'test'): string {
    return formatApiKey(mode, deps.random())
  }

  return {
    plant,
    makeSecret,
    list: (principal, page) =>
      transactions.run((tx) => store.list(tx, principal.organizationId, page)),
    issue: (principal, wish) => issueAs(principal, 'standard', wish),
    async issueCallKey(principal, serverId) {
      return issueAs(principal, 'call', {
        name: 'call key',
        permissions: ['tools:call'],
        allow: [{ serverId }],
        deny: [],
        expiresInMs: CALL_KEY_TTL_MS,
        ratePerMinute: 600,
        strict: true,
        mode: 'live',
        service: false,
      })
    },
    async rotate(principal, id, graceMs) {
      const secret = makeSecret('live')
      const issued = await transactions.run(async (tx) => {
        const old = await ownKey(tx, principal, id)
        const now = clock.now()
        if (statusOf(old, now) !== 'active' || old.replacedBy !== null || old.purpose === 'call') {
          throw refuse('identity.key_inactive')
        }
        // Who sees the successor's secret must be allowed all that it does.
        const grants = await within(tx, principal, old)
        if (grants.projectId !== old.projectId || grants.agentId !== old.agentId) {
          throw refuse('identity.exceeds_creator', {
            detail: 'The key spends for another project or agent than yours.',
          })
        }
        const wanted = {
          ...old,
          ...grants,
          id: ids.make('key'),
          createdAt: now,
          expiresAt: instant(now + (old.expiresAt - old.createdAt)),
        }
        await plant(tx, wanted, secret)
        const ended = {
          ...old,
          expiresAt: instant(Math.min(old.expiresAt, now + graceMs)),
          revokedAt: graceMs === 0 ? now : null,
          replacedBy: wanted.id,
        }
        await store.update(tx, ended)
        const version =
          graceMs === 0 ? await snapshot.put(tx, 'key', old.id, null) : await announce(tx, ended)
        await audit.record(tx, {
          organizationId: old.organizationId,
          actor: actorOf(principal),
          action: 'key.rotated',
          target: old.id,
          detail: { successor: wanted.id, graceMs },
        })
        return { key: await written(tx, wanted.id), version }
      })
      deps.onChange(id)
      return { key: issued.key, secret, ...(await barrier.reached(issued.version)) }
    },
    async revoke(principal, id) {
      const { key, version } = await transactions.run(async (tx) => {
        const found = await ownKey(tx, principal, id)
        const revoked = { ...found, revokedAt: found.revokedAt ?? clock.now() }
        await store.update(tx, revoked)
        const version = await snapshot.put(tx, 'key', id, null)
        await audit.record(tx, {
          organizationId: found.organizationId,
          actor: actorOf(principal),
          action: 'key.revoked',
          target: id,
        })
        return { key: revoked, version }
      })
      deps.onChange(id)
      return { key, ...(await barrier.reached(version)) }
    },
    async endCallKeys(memberId) {
      const { ended, version } = await transactions.run(async (tx) => {
        const ended = await store.lockCallKeys(tx, memberId, clock.now())
        let version: number | undefined
        for (const key of ended) {
          await store.update(tx, { ...key, revokedAt: clock.now() })
          version = await snapshot.put(tx, 'key', key.id, null)
          await audit.record(tx, {
            organizationId: key.organizationId,
            actor: memberId,
            action: 'key.call_ended',
            target: key.id,
          })
        }
        return { ended, version }
      })
      for (const { id } of ended) deps.onChange(id)
      return version === undefined ? undefined : barrier.reached(version)
    },
    async sweepExpired() {
      return transactions.run(async (tx) => {
        const expired = await store.takeExpired(tx, clock.now(), EXPIRED_SWEEP_KEYS)
        for (const id of expired) await snapshot.put(tx, 'key', id, null)
        return expired.length
      })
    },
  }
}
