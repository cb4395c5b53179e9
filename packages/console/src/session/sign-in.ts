import type { Me } from '@mcp-orchestra/sdk'
import { meQuery } from './me.ts'
import { core } from './core.ts'
import { followOtherTabs, noteSignedIn, noteSignedOut, presence } from './presence.ts'
import { queryClient } from './query-client.ts'

/** Signs in. What another member had loaded is forgotten, one's own is asked for again. */
export async function signIn(credentials: { email: string; password: string }): Promise<Me> {
  return welcome(await core.session.signIn(credentials))
}

/** Uses up a one-time link: sets the password and signs in. */
export async function redeemLink(link: { token: string; password: string }): Promise<Me> {
  return welcome(await core.session.redeemLink(link))
}

/** Signs out, here and in every other tab of this browser. */
export async function signOut(): Promise<void> {
  await core.session.signOut()
  noteSignedOut()
  queryClient.clear()
}

async function welcome(me: Me): Promise<Me> {
  const before = queryClient.getQueryData(meQuery.queryKey)
  if (before?.member?.id !== me.member?.id) queryClient.clear()
  queryClient.setQueryData(meQuery.queryKey, me)
  noteSignedIn()
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
  return me
}

/** Looks who signed in in another tab, when this one's session had ended. */
async function lookAgain(): Promise<void> {
  if (presence.get() !== 'ended') return
  const before = queryClient.getQueryData(meQuery.queryKey)
  const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })
  if (before?.member?.id !== me.member?.id) globalThis.location.reload()
  else await queryClient.invalidateQueries()
}

followOtherTabs(() => {
  // A failure leaves the dialog where it is: the member can still sign in by hand.
  lookAgain().catch(() => undefined)
})
