import { createScreens, type OrchestraScreens } from '@mcp-orchestra/sdk'
import { opened } from './core.ts'

/** What screens ask for, on the session of the core. The shell never imports it. */
export const orchestra: OrchestraScreens = createScreens(opened)

/** The client of screens, inside components. */
export function useOrchestra(): OrchestraScreens {
  return orchestra
}
