import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  assert,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import type { Context } from 'hono'
import { postgresKeyGroups } from './adapters/postgres-key-groups.ts'
import { postgresKeys } from './adapters/postgres-keys.ts'
import { postgresOrganizations } from './adapters/postgres-organizations.ts'
import { createSignInAttempts } from './attempts.ts'
import { mountIdentityRoutes } from './http/mount.ts'
import type { ApiKey } from './key.ts'
import type { KeyGroup } from './key-group.ts'
import { createKeyGroups } from './key-groups.ts'
import { createKeyUses, type KeyUses } from './key-use.ts'
import { createKeys, type Keys } from './keys.ts'
import { createOrganizations, type Organizations } from './organizations.ts'
import type { Sessions } from './ports.ts'
import { createPrincipals, type Principals } from './principals.ts'
import { createSignInLinks } from './sign-in-links.ts'
import { createSigning } from './signing.ts'

export { createAuthSessions, type AuthSessions } from './adapters/better-auth.ts'
export { actorOf } from './actor.ts'
export { issuedKeyDocument } from './http/documents.ts'
export type { Keys } from './keys.ts'

/** What identity needs from outside. */
export type IdentityDeps = {
  readonly transactions: Transactions
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  /** 32 random bytes from the system. */
  readonly random: () => Uint8Array
  readonly sessions: Sessions
  /** Where the control plane is reached, for links. */
  readonly baseUrl: string
  readonly trustedOrigins: readonly string[]
  /** Told when this process has ended a session or changed a key: whoever still serves one looks again. */
  readonly onCredentialEnded: () => void
}

/** Identity: who is asking, what they may do, and the keys that say so. */
export type Identity = {
  readonly keys: Keys
  readonly keyUses: KeyUses
  readonly organizations: Organizations
  readonly principals: Principals
  readonly directory: Directory
  mount(app: ApiApp, addressOf: (context: Context) => string): void
}

/** What other modules may know of a key. */
export type KeyFacts = Pick<ApiKey, 'organizationId' | 'rootId' | 'permissions'>

/** What other modules may ask about organizations and keys, in their own transactions. */
export interface Directory {
  exists(tx: Transaction, id: Id<'org'>): Promise<boolean>
  /** Whose a key is, which key it succeeded in the end (itself, when none), and what it may do. */
  keyOf(tx: Transaction, id: Id<'key'>): Promise<KeyFacts | undefined>
  /** Whose project or agent it is, held until commit; undefined when there is none, or none any more. */
  ownerOfGroup(tx: Transaction, id: KeyGroup['id']): Promise<Id<'org'> | undefined>
  /** The organization that operates the platform: its first operator's. */
  operator(tx: Transaction): Promise<Id<'org'>>
}

/** Makes the module on PostgreSQL. */
export function createIdentity(deps: IdentityDeps): Identity {
  const store = postgresOrganizations
  const keyUses = createKeyUses(postgresKeys)
  const principals = createPrincipals({
    ...deps,
    keys: postgresKeys,
    keyUses,
    organizations: store,
  })
  const keys = createKeys({
    ...deps,
    store: postgresKeys,
    groups: postgresKeyGroups,
    organizations: store,
    onChange(id) {
      principals.forget(id)
      deps.onCredentialEnded()
    },
  })
  const groups = createKeyGroups({ ...deps, store: postgresKeyGroups })
  const organizations = createOrganizations({ ...deps, store, keyStore: postgresKeys, keys })
  const links = createSignInLinks({ ...deps, organizations: store })
  const signing = createSigning({ ...deps, principals, keys, onEnded: deps.onCredentialEnded })
  const attempts = createSignInAttempts(deps.clock)
  return {
    keys,
    keyUses,
    organizations,
    principals,
    directory: {
      exists: async (tx, id) => (await store.organization(tx, id)) !== undefined,
      keyOf: (tx, id) => postgresKeys.find(tx, id),
      ownerOfGroup: async (tx, id) =>
        (await postgresKeyGroups.lock(tx, id, 'hold'))?.organizationId,
      async operator(tx) {
        const operator = await store.firstOperator(tx)
        assert(operator !== undefined, 'the first start makes an operator')
        return operator.organizationId
      },
    },
    mount(app, addressOf) {
      mountIdentityRoutes(app, {
        ...deps,
        addressOf,
        attempts,
        keys,
        groups,
        links,
        organizations,
        principals,
        signing,
      })
    },
  }
}
