import { z } from 'zod'

/** What the suite tells its client: which scenario, at which revision, against which server. */
export const Assignment = z.object({
  scenario: z.string(),
  revision: z.string(),
  context: z.looseObject({}).nullable(),
  url: z.url(),
})
export type Assignment = z.infer<typeof Assignment>
