import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Keys } from '../keys.ts'
import type { KeyGroups } from '../key-groups.ts'
import type { Organizations } from '../organizations.ts'
import type { Sessions } from '../ports.ts'
import type { Principals } from '../principals.ts'
import type { SignInLinks } from '../sign-in-links.ts'
import { mountAuth } from './auth.ts'
import { mountCreateKey } from './create-key.ts'
import { mountCreateOrganization } from './create-organization.ts'
import { mountCreateSignInLink } from './create-sign-in-link.ts'
import { mountGetMe } from './get-me.ts'
import { mountKeyGroups } from './key-groups.ts'
import { mountListKeys } from './list-keys.ts'
import { mountListOrganizations } from './list-organizations.ts'
import { mountRevokeKey } from './revoke-key.ts'
import { mountRotateKey } from './rotate-key.ts'
import { mountRedeemSignInLink } from './redeem-sign-in-link.ts'
import { mountSignIn } from './sign-in.ts'
import { mountSignOut } from './sign-out.ts'
import type { SessionRoutes } from './wired.ts'

/** Mounts every route of identity. */
export function mountIdentityRoutes(
  app: ApiApp,
  wired: SessionRoutes & {
    readonly principals: Principals
    readonly keys: Keys
    readonly groups: KeyGroups
    readonly organizations: Organizations
    readonly links: SignInLinks
    readonly sessions: Sessions
    readonly clock: Clock
  },
): void {
  const deps = { ...wired, authorize: wired.principals.authorize }
  mountGetMe(app, deps)
  mountListKeys(app, deps)
  mountCreateKey(app, deps)
  mountRotateKey(app, deps)
  mountRevokeKey(app, deps)
  mountKeyGroups(app, deps)
  mountListOrganizations(app, deps)
  mountCreateOrganization(app, deps)
  mountCreateSignInLink(app, deps)
  mountAuth(app, deps)
  mountSignIn(app, deps)
  mountRedeemSignInLink(app, deps)
  mountSignOut(app, deps)
}
