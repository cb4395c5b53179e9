import { openCore, type OrchestraCore } from '@mcp-orchestra/sdk'
import { watchedFetch } from './watched-fetch.ts'

/** The console's client: same origin, the session's cookie, no key. */
export const opened = openCore({ baseUrl: '', fetch: watchedFetch })

/** What the shell asks for; what screens ask for is loaded with the first of them. */
export const core: OrchestraCore = opened.core
