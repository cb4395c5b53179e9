import { createRoute, z } from '@hono/zod-openapi'
import { guarded, refusals } from './answer.ts'
import { bearer } from './security.ts'

/** Closed days of the ledger as lines of JSON, which prove themselves (`verify-archive.ts`). */
export const getLedgerArchive = createRoute({
  method: 'get',
  path: '/v1/ledger/archive',
  operationId: 'getLedgerArchive',
  tags: ['ledger'],
  summary: 'Archive of closed days (operators only)',
  description:
    'Lines of JSON: header, assets, accounts with their openings, transfers, closings, and an end with counts, sums and a hash over all lines. Without its end it is cut off.',
  security: bearer,
  request: {
    query: z.object({
      from: z.iso.date().openapi({ description: 'The first day, in UTC.' }),
      to: z.iso.date().openapi({ description: 'The first day after it.' }),
    }),
  },
  responses: {
    200: { description: 'The archive.', content: { 'text/jsonl': { schema: z.string() } } },
    ...guarded,
    ...refusals(422),
  },
})
