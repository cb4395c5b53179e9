import { completeOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { opened } from './core.ts'

/** The whole client, on the session of the core. Screens import it, the shell never. */
export const orchestra: Orchestra = completeOrchestra(opened)

/** The whole client, inside components. */
export function useOrchestra(): Orchestra {
  return orchestra
}
