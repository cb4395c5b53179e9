import { createOrchestraCore, type OrchestraCore } from '@mcp-orchestra/sdk'
import { watchedFetch } from './watched-fetch.ts'

/** The console's client: same origin, the session's cookie, no key. */
export const orchestra: OrchestraCore = createOrchestraCore({ baseUrl: '', fetch: watchedFetch })

/** The console's client, inside components. */
export function useOrchestra(): OrchestraCore {
  return orchestra
}
