import { CHALLENGE_CHARS_MAX } from './challenge.ts'
import type { FetchLike } from './oauth-sdk.ts'

/** A greeting without a token: a server that wants one says so, and where to get it. */
const GREETING = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'mcp-orchestra', version: '0.1.0' },
  },
})

/** The `WWW-Authenticate` with which a server refuses a stranger; undefined when it does not, or says nothing. */
export async function askForChallenge(
  fetchFn: FetchLike,
  serverUrl: string,
): Promise<string | undefined> {
  try {
    const response = await fetchFn(serverUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: GREETING,
    })
    await response.body?.cancel()
    const header = response.status === 401 ? response.headers.get('www-authenticate') : null
    return header !== null && header.length <= CHALLENGE_CHARS_MAX ? header : undefined
  } catch {
    // Its metadata may be reachable all the same: the discovery that follows says what is wrong.
    return undefined
  }
}
