import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Transactions } from '@mcp-orchestra/kernel'
import type { Keys } from './keys.ts'
import type { Sessions } from './ports.ts'
import { requireActive, sessionHeaders, type Caller, type Principals } from './principals.ts'
import { refuse } from './problems.ts'

/** A session that was just opened: whose it is, and the cookies that carry it. */
export type SignedIn = { readonly caller: Caller; readonly cookies: readonly string[] }

/** Opens and ends the sessions of members, each with its line in the audit trail. */
export interface Signing {
  signIn(email: string, password: string): Promise<SignedIn>
  /** Uses a one-time link up, or refuses with `identity.link_gone`. */
  redeemLink(token: string, password: string): Promise<SignedIn>
  /** Ends the session of a request, if it has one; answers with the cookies that clear the browser's. */
  signOut(headers: Headers): Promise<readonly string[]>
  /** Serves an address of better-auth's own. */
  serve(request: Request): Promise<Response>
}

/** What a change at better-auth's own addresses is called in the trail, by the end of the address. */
const SERVED_ACTIONS: Readonly<Record<string, string>> = {
  'sign-in/email': 'session.started',
  'sign-out': 'session.ended',
  'change-password': 'member.password_changed',
  'revoke-session': 'session.revoked',
  'revoke-other-sessions': 'session.revoked',
}

/** Signing in and out; `onEnded` is told at once when a session has ended here. */
export function createSigning(deps: {
  readonly transactions: Transactions
  readonly sessions: Sessions
  readonly principals: Pick<Principals, 'callerOfMember'>
  readonly keys: Pick<Keys, 'endCallKeys'>
  readonly audit: AuditLog
  readonly onEnded: () => void
}): Signing {
  const { transactions, sessions, principals, keys, audit } = deps

  function record(action: string, { principal, member }: Caller): Promise<void> {
    if (member === undefined) return Promise.resolve()
    return transactions.run((tx) =>
      audit.record(tx, {
        organizationId: principal.organizationId,
        actor: member.id,
        action,
        target: member.id,
      }),
    )
  }

  return {
    async signIn(email, password) {
      const { memberId, cookies } = await sessions.signIn(email, password)
      const caller = requireActive(await principals.callerOfMember(memberId))
      await record('session.started', caller)
      return { caller, cookies }
    },
    async redeemLink(token, password) {
      const opened = await sessions.redeemLink(token, password)
      if (opened === undefined) throw refuse('identity.link_gone')
      // Setting a password has ended every other session of the member.
      deps.onEnded()
      await keys.endCallKeys(opened.memberId)
      const caller = requireActive(await principals.callerOfMember(opened.memberId))
      await record('session.started_by_link', caller)
      return { caller, cookies: opened.cookies }
    },
    async signOut(requested) {
      const headers = sessionHeaders(requested)
      const memberId = await sessions.memberOf(headers)
      if (memberId === undefined) return []
      const cookies = await sessions.signOut(headers)
      deps.onEnded()
      // A page that is still open, or its thief, calls no tool any more.
      await keys.endCallKeys(memberId)
      await record('session.ended', await principals.callerOfMember(memberId))
      return cookies
    },
    async serve(request) {
      const action = SERVED_ACTIONS[new URL(request.url).pathname.replace('/api/auth/', '')]
      if (action === undefined) return sessions.handle(request)
      // Asked before: afterwards the session may be gone.
      const before = await sessions.memberOf(sessionHeaders(request.headers))
      const answer = await sessions.handle(request)
      const memberId = (await sessions.memberOf(openedHeaders(answer))) ?? before
      if (memberId !== undefined) await record(action, await principals.callerOfMember(memberId))
      return answer
    },
  }
}

/** The cookies that an answer sets, as the browser would send them. */
function openedHeaders(answer: Response): Headers {
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0])
  return new Headers({ cookie: cookies.join('; ') })
}
