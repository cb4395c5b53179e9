import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Me } from './documents.ts'
import { OrchestraProblem } from './problem.ts'

/**
 * `orchestra.session`: who is signed in in this browser. The session itself is a cookie that no script can
 * read; a client that was made with `apiKey` has no use for it.
 */
export type Session = {
  /** Who this client is, and what it may do; throws `identity.unauthenticated` (401) when nobody is. */
  me(options?: CallOptions): Promise<Me>
  signIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<Me>
  /** Uses a one-time link up: sets the password and signs in; `identity.link_gone` (410) when it was used or expired. */
  redeemLink(link: { token: string; password: string }, options?: CallOptions): Promise<Me>
  signOut(options?: CallOptions): Promise<void>
}

/**
 * Makes `orchestra.session`. `onChange` forgets what belongs to who was here before: after a sign-in and a
 * sign-out, and when `me` hears that another tab of this browser did either.
 */
export function createSession(api: Api, onChange: () => Promise<void>): Session {
  /** Who was here when it was last heard; null: nobody; undefined: not heard yet. */
  let known: string | null | undefined
  const hear = async (who: string | null): Promise<void> => {
    const isOther = known !== undefined && known !== who
    known = who
    if (isOther) await onChange()
  }
  const arrive = async (me: Me): Promise<Me> => {
    known = nameOf(me)
    await onChange()
    return me
  }
  return {
    async me(options) {
      try {
        const me = await api.send(options, (client, signal) => client.GET('/v1/me', { signal }))
        await hear(nameOf(me))
        return me
      } catch (error) {
        if (error instanceof OrchestraProblem && error.status === 401) await hear(null)
        throw error
      }
    },
    async signIn({ email, password }, options) {
      return arrive(
        await api.send(options, (client, signal) =>
          client.POST('/v1/session', { body: { email, password }, signal }),
        ),
      )
    },
    async redeemLink({ token, password }, options) {
      return arrive(
        await api.send(options, (client, signal) =>
          client.POST('/v1/session/link', { body: { token, password }, signal }),
        ),
      )
    },
    async signOut(options) {
      await api.sendEmpty(options, (client, signal) => client.DELETE('/v1/session', { signal }))
      known = null
      await onChange()
    },
  }
}

function nameOf({ organization, member }: Me): string {
  return `${organization.id} ${member?.id ?? ''}`
}
