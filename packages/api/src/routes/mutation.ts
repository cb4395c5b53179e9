import { z } from '@hono/zod-openapi'

/**
 * What a change that gateways must know adds to its answer (spending §7.21): the version that holds it,
 * and the connected gateways that had not applied it within a second (empty: everyone has).
 */
export const Applied = z.object({
  snapshotVersion: z
    .int()
    .min(0)
    .openapi({ description: 'The snapshot version that holds the change.' }),
  pendingGateways: z
    .array(z.string())
    .openapi({ description: 'Connected gateways that have not applied it yet.' }),
})
export type Applied = z.infer<typeof Applied>
