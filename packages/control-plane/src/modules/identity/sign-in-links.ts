import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import { instant, type Clock, type Instant, type Transactions } from '@mcp-orchestra/kernel'
import { actorOf } from './actor.ts'
import type { OrganizationStore, Sessions } from './ports.ts'
import { refuse } from './problems.ts'

/** A one-time link works this long, in ms. */
export const LINK_TTL_MS = 900_000

/** A link that signs one member in once. */
export type SignInLink = {
  readonly url: string
  readonly email: string
  readonly expiresAt: Instant
}

/** Makes sign-in links. */
export interface SignInLinks {
  make(principal: Principal, email: string): Promise<SignInLink>
}

/** Links to our own page, which asks for a password before it uses the token up. */
export function createSignInLinks(deps: {
  readonly transactions: Transactions
  readonly organizations: OrganizationStore
  readonly sessions: Sessions
  readonly audit: AuditLog
  readonly clock: Clock
  readonly baseUrl: string
}): SignInLinks {
  const { transactions, organizations, sessions, audit, clock } = deps
  return {
    async make(principal, wanted) {
      const email = wanted.toLowerCase()
      await transactions.run(async (tx) => {
        const member = await organizations.memberByEmail(tx, email)
        if (member === undefined) throw refuse('identity.member_not_found')
        await audit.record(tx, {
          organizationId: member.organizationId,
          actor: actorOf(principal),
          action: 'member.link_made',
          target: member.id,
        })
      })
      const token = await sessions.makeLinkToken(email)
      const url = new URL('/welcome', deps.baseUrl)
      url.searchParams.set('token', token)
      return { url: url.href, email, expiresAt: instant(clock.now() + LINK_TTL_MS) }
    },
  }
}
