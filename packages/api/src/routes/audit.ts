import { createRoute, z } from '@hono/zod-openapi'
import { answer, guarded } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

/** The longest actor or target, as the table has it. */
const WORD_CHARS_MAX = 200
/** Ids, `system`, `epoch 3`: what the trail itself holds. */
const Word = z
  .string()
  .max(WORD_CHARS_MAX)
  .regex(/^[\w .:-]+$/)

/** What happened to what an entry tells of: it was done, or it was refused and nothing changed. */
export const AUDIT_OUTCOMES = ['done', 'refused'] as const

/** One line of the audit trail; it never changes. */
export const AuditEntryDocument = z
  .object({
    id: z.string().openapi({ example: 'adt_01j9zq6v4jf8r9v5s0m3c2k7ae' }),
    at: z.iso.datetime(),
    organizationId: z
      .string()
      .nullable()
      .openapi({ description: 'Null: an act on the platform as a whole.' }),
    actor: z.string().openapi({
      description: 'Who did it: the id of a key, a member or a gateway incarnation, or `system`.',
    }),
    action: z.string().openapi({ example: 'key.revoked' }),
    target: z.string().openapi({ description: 'The id of what was acted upon.' }),
    outcome: z.enum(AUDIT_OUTCOMES),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).openapi({
      description: 'What else there is to say, by name. Secrets are `[redacted]`.',
    }),
  })
  .openapi('AuditEntry')

/** The audit trail of the organization, newest first. */
export const listAuditEntries = createRoute({
  method: 'get',
  path: '/v1/audit-entries',
  operationId: 'listAuditEntries',
  tags: ['audit'],
  summary: 'Audit trail, newest first',
  description:
    'Who changed what, and what gateways refused, in the caller’s organization. Reading it leaves no entry.',
  security: bearer,
  request: {
    query: PageQuery.extend({
      action: z
        .string()
        .max(100)
        .regex(/^[a-z_]+(\.[a-z_]+)*$/)
        .optional()
        .openapi({ description: 'One action (`key.revoked`), or all of one kind (`key`).' }),
      actor: Word.optional(),
      target: Word.optional(),
      outcome: z.enum(AUDIT_OUTCOMES).optional(),
      from: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Entries of this moment or later.' }),
      to: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Entries before this moment.' }),
      scope: z.enum(['organization', 'platform']).default('organization').openapi({
        description:
          'platform: acts on the platform as a whole, which belong to no organization; operators only.',
      }),
    }),
  },
  responses: {
    200: answer(pageOf(AuditEntryDocument).openapi('AuditEntryPage'), 'A page of entries.'),
    ...guarded,
  },
})
