import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { watchedFetch } from './watched-fetch.ts'

/** The console's client with its rarer parts (receipts, invoices, audit): only lazy screens import it, never the shell. */
export const wholeOrchestra: Orchestra = createOrchestra({ baseUrl: '', fetch: watchedFetch })
