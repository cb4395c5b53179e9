import { noteAnswer, noteLost } from './connection.ts'
import { noteNobody } from './presence.ts'

/** Requests that are refused with 401 because of what was typed, not because a session ended. */
const SIGN_IN_PATH = '/v1/session'

/** `fetch` that also tells the page whether the platform answers and whether anybody is signed in. */
export const watchedFetch: typeof fetch = async (input, init) => {
  const url = new URL(
    input instanceof Request ? input.url : String(input),
    globalThis.location.href,
  )
  const ours = url.origin === globalThis.location.origin
  try {
    const response = await fetch(input, init)
    if (ours) noteAnswer()
    if (ours && response.status === 401 && !url.pathname.startsWith(SIGN_IN_PATH)) noteNobody()
    return response
  } catch (error) {
    // fetch throws TypeError for a broken line and an AbortError for what we ended ourselves (Fetch §5.6).
    if (ours && error instanceof TypeError) noteLost()
    throw error
  }
}
