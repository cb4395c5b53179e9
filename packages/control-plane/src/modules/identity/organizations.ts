import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  instant,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { actorOf } from './actor.ts'
import { ALL_GRANTS } from './grant.ts'
import { NO_GROUPS } from './key-group.ts'
import type { ApiKey } from './key.ts'
import { digestOf, type AppliedChange, type Keys } from './keys.ts'
import type { Member, Organization } from './organization.ts'
import type { KeyStore, OrganizationStore, PageOf } from './ports.ts'
import { refuse } from './problems.ts'
import { permissionsOf, ROLE_PERMISSIONS, type Role } from './role.ts'

/** A first key of an organization lives this long, in ms, unless rotated: the default of all keys. */
const FIRST_KEY_TTL_MS = 90 * 86_400_000
/** The operator's key is kept in the data directory and must still work at a start years later, in ms. */
const OPERATOR_KEY_TTL_MS = 3_653 * 86_400_000
/** Requests per minute of a first key: it is for a person and a few scripts. */
const FIRST_KEY_RATE_PER_MINUTE = 6_000

/** What founding an organization made. */
export type Founded = AppliedChange & {
  readonly organization: Organization
  readonly admin: Member | undefined
  readonly key: ApiKey | undefined
  readonly secret: string | undefined
}

/** The use cases of organizations. */
export interface Organizations {
  list(page: PageOf<Id<'org'>>): Promise<Organization[]>
  found(
    principal: Principal,
    wish: { name: string; adminEmail: string | undefined; issueKey: boolean },
  ): Promise<Founded>
  find(id: Id<'org'>): Promise<Organization | undefined>
  memberByEmail(email: string): Promise<Member | undefined>
  /**
   * The operator's organization, owner and key, made on the first start and found on every later one:
   * a stop between commit and print loses nothing, because the caller brings the key.
   */
  bootstrapOwner(owner: {
    email: string
    secret: string
  }): Promise<{ organizationId: Id<'org'>; email: string }>
}

/** The organizations of the platform. */
export function createOrganizations(deps: {
  readonly transactions: Transactions
  readonly store: OrganizationStore
  readonly keyStore: KeyStore
  readonly keys: Pick<Keys, 'plant' | 'makeSecret'>
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
}): Organizations {
  const { transactions, store, keyStore, keys, snapshot, barrier, audit, clock, ids } = deps

  async function insertOrganization(tx: Transaction, name: string) {
    const organization: Organization = {
      id: ids.make('org'),
      name,
      status: 'active',
      createdAt: clock.now(),
    }
    await store.insertOrganization(tx, organization)
    const { id, status } = organization
    return {
      organization,
      version: await snapshot.put(tx, 'organization', id, { id, name, status }),
    }
  }

  async function insertMember(
    tx: Transaction,
    of: { organizationId: Id<'org'>; email: string; role: Role; operator: boolean },
  ): Promise<Member> {
    const email = of.email.toLowerCase()
    const member: Member = {
      ...of,
      id: ids.make('mbr'),
      email,
      name: email.slice(0, email.indexOf('@')),
      createdAt: clock.now(),
    }
    if (!(await store.insertMember(tx, member))) throw refuse('identity.email_taken')
    return member
  }

  function firstKey(
    organizationId: Id<'org'>,
    member: Member | undefined,
    ttlMs: number,
  ): Omit<ApiKey, 'start' | 'digest'> {
    const now = clock.now()
    const id = ids.make('key')
    return {
      ...ALL_GRANTS,
      ...NO_GROUPS,
      id,
      rootId: id,
      organizationId,
      memberId: member?.id ?? null,
      purpose: 'standard',
      name: 'First key',
      permissions: [...(member === undefined ? ROLE_PERMISSIONS.admin : permissionsOf(member))],
      ratePerMinute: FIRST_KEY_RATE_PER_MINUTE,
      strict: false,
      createdAt: now,
      expiresAt: instant(now + ttlMs),
      revokedAt: null,
      replacedBy: null,
      lastUsedAt: null,
    }
  }

  return {
    list: (page) => transactions.run((tx) => store.organizations(tx, page)),
    find: (id) => transactions.run((tx) => store.organization(tx, id)),
    memberByEmail: (email) =>
      transactions.run((tx) => store.memberByEmail(tx, email.toLowerCase())),
    async found(principal, { name, adminEmail, issueKey }) {
      const secret = issueKey ? keys.makeSecret('live') : undefined
      const { version, ...made } = await transactions.run(async (tx) => {
        const inserted = await insertOrganization(tx, name)
        const { organization } = inserted
        let { version } = inserted
        const admin =
          adminEmail === undefined
            ? undefined
            : await insertMember(tx, {
                organizationId: organization.id,
                email: adminEmail,
                role: 'admin',
                operator: false,
              })
        let key: ApiKey | undefined
        if (secret !== undefined) {
          const wanted = firstKey(organization.id, admin, FIRST_KEY_TTL_MS)
          version = await keys.plant(tx, wanted, secret)
          key = await keyStore.find(tx, wanted.id)
        }
        await audit.record(tx, {
          organizationId: organization.id,
          actor: actorOf(principal),
          action: 'organization.founded',
          target: organization.id,
          detail: { name, admin: admin?.id ?? null, key: key?.id ?? null },
        })
        return { organization, admin, key, version }
      })
      return { ...made, secret, ...(await barrier.reached(version)) }
    },
    async bootstrapOwner({ email, secret }) {
      return transactions.run(async (tx) => {
        let owner = await store.firstOperator(tx)
        if (owner === undefined) {
          const { organization } = await insertOrganization(tx, 'Operator')
          owner = await insertMember(tx, {
            organizationId: organization.id,
            email,
            role: 'admin',
            operator: true,
          })
        }
        const known = await keyStore.findByDigest(tx, digestOf(secret))
        if (known === undefined) {
          const wanted = {
            ...firstKey(owner.organizationId, owner, OPERATOR_KEY_TTL_MS),
            name: 'Operator key of this installation',
          }
          await keys.plant(tx, wanted, secret)
          await audit.record(tx, {
            organizationId: owner.organizationId,
            actor: 'system',
            action: 'key.issued',
            target: wanted.id,
            detail: { name: wanted.name },
          })
        }
        return { organizationId: owner.organizationId, email: owner.email }
      })
    },
  }
}
