import { createRoute, z } from '@hono/zod-openapi'
import { CAP_SCOPES, CAP_WINDOWS } from '../cap-scope.ts'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** Whose money: absent, the caller's own. */
const WhoseQuery = z.object({
  organizationId: z
    .string()
    .max(40)
    .optional()
    .openapi({ description: 'Another organization: operators only.' }),
})

/** What an organization has, as payer and as publisher. */
export const BalanceDocument = z
  .object({
    organizationId: z.string(),
    available: AmountDocument.openapi({ description: 'May still be spent, or leased.' }),
    leased: AmountDocument.openapi({
      description: 'Lent to gateways and not spent yet, as far as their journals have arrived.',
    }),
    accrued: AmountDocument.openapi({ description: 'Earned, and not payable yet.' }),
    payable: AmountDocument.openapi({ description: 'Earned, and may be paid out.' }),
  })
  .openapi('Balance')

/** The organization's balance. */
export const getBalance = createRoute({
  method: 'get',
  path: '/v1/balance',
  operationId: 'getBalance',
  tags: TAGS,
  summary: 'What the organization has',
  security: bearer,
  request: { query: WhoseQuery },
  responses: { 200: answer(BalanceDocument, 'The balance.'), ...guarded, ...refusals(404) },
})

const TopUpDocument = z
  .object({
    organizationId: z.string(),
    amount: AmountDocument,
    transferId: z.string(),
    createdAt: z.iso.datetime(),
  })
  .openapi('TopUp')

/** Puts money on an organization's balance by the demo rail; a repeat with the same key does it once. */
export const createTopUp = createRoute({
  method: 'post',
  path: '/v1/top-ups',
  operationId: 'createTopUp',
  tags: TAGS,
  summary: 'Top up a balance (demo rail, operators only)',
  security: bearer,
  request: {
    headers: idempotencyKey('The same key never tops up twice.'),
    body: body(
      z
        .object({ organizationId: z.string().max(40), amount: UnitsDocument })
        .strict()
        .openapi('CreateTopUp'),
    ),
  },
  responses: {
    201: answer(TopUpDocument, 'The top-up: this one, or the one made before under the same key.'),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422),
  },
})

/** A hard cap, and what leases hold of its current window. */
export const CapDocument = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    scope: z
      .object({ kind: z.enum(CAP_SCOPES), id: z.string() })
      .openapi({ description: 'Of `session`: each session of the spender that `id` names.' }),
    window: z.enum(CAP_WINDOWS).openapi({
      description: 'In UTC; `call` is each call by itself, `total` never starts anew.',
    }),
    amount: AmountDocument.openapi({ description: 'The most that a window may cost.' }),
    used: AmountDocument.openapi({
      description:
        'Spent in the current window, or leased to gateways to be spent in it; of sessions, in the fullest one.',
    }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Cap')

const CapPath = z.object({ id: z.string().min(1).max(40) })
const ChangedCap = Applied.extend({ cap: CapDocument }).openapi('ChangedCap')

/** Hard caps of the organization. */
export const listCaps = createRoute({
  method: 'get',
  path: '/v1/caps',
  operationId: 'listCaps',
  tags: TAGS,
  summary: 'Hard caps on spending, newest first',
  security: bearer,
  request: { query: PageQuery },
  responses: { 200: answer(pageOf(CapDocument).openapi('CapPage'), 'A page of caps.'), ...guarded },
})

/** Makes a hard cap; connected gateways have it before this answers. */
export const createCap = createRoute({
  method: 'post',
  path: '/v1/caps',
  operationId: 'createCap',
  tags: TAGS,
  summary: 'Cap what the organization or one of its keys may spend',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          window: z.enum(CAP_WINDOWS),
          amount: UnitsDocument,
          scope: z
            .object({
              kind: z.enum(['organization', 'project', 'agent', 'key', 'session']),
              id: z.string().max(40).optional(),
            })
            .strict()
            .optional()
            .openapi({
              description:
                'Whom it binds; absent, the organization. `session` binds each session of what `id` names, else of the organization.',
            }),
          keyId: z
            .string()
            .max(40)
            .optional()
            .openapi({ description: 'The same as the scope `key` with this id.' }),
        })
        .strict()
        .refine(({ scope, keyId }) => scope === undefined || keyId === undefined, {
          path: ['keyId'],
          message: 'says the same as scope: give one of them',
        })
        .openapi('CreateCap'),
    ),
  },
  responses: { 201: answer(ChangedCap, 'The cap.'), ...guarded, ...refusals(409, 413, 415, 422) },
})

/** Changes the amount of a cap; when it falls, gateways are asked to give back what is free. */
export const changeCap = createRoute({
  method: 'patch',
  path: '/v1/caps/{id}',
  operationId: 'changeCap',
  tags: TAGS,
  summary: 'Raise or lower a cap',
  security: bearer,
  request: {
    params: CapPath,
    body: body(z.object({ amount: UnitsDocument }).strict().openapi('ChangeCap')),
  },
  responses: {
    200: answer(ChangedCap, 'The cap as it is now.'),
    ...guarded,
    ...refusals(404, 413, 415, 422),
  },
})

/** Removes a cap. */
export const removeCap = createRoute({
  method: 'delete',
  path: '/v1/caps/{id}',
  operationId: 'removeCap',
  tags: TAGS,
  summary: 'Remove a cap',
  security: bearer,
  request: { params: CapPath },
  responses: {
    200: answer(Applied.extend({ id: z.string() }).openapi('RemovedCap'), 'Removed.'),
    ...guarded,
    ...refusals(404),
  },
})

/** An open lease: money that one gateway process may spend without asking. */
export const LeaseDocument = z
  .object({
    id: z.string(),
    payerId: z.string(),
    gateway: z.string(),
    incarnationId: z.string(),
    capIds: z.array(z.string()),
    granted: AmountDocument,
    used: AmountDocument.openapi({ description: 'Posted so far; the journal may know more.' }),
    returned: AmountDocument,
    openedAt: z.iso.datetime(),
    stopsAt: z.iso.datetime().openapi({
      description: 'When new reservations stop. Time alone gives no money back.',
    }),
  })
  .openapi('Lease')

/** Open leases: what a lost gateway disk could cost (spending §4.17). */
export const listLeases = createRoute({
  method: 'get',
  path: '/v1/leases',
  operationId: 'listLeases',
  tags: TAGS,
  summary: 'Money that gateways hold to spend without asking',
  security: bearer,
  request: { query: PageQuery.extend(WhoseQuery.shape) },
  responses: {
    200: answer(pageOf(LeaseDocument).openapi('LeasePage'), 'A page of open leases.'),
    ...guarded,
    ...refusals(404),
  },
})

/** Something about money that a person has to look at. */
export const CaseDocument = z
  .object({
    id: z.string(),
    kind: z.string(),
    subject: z.string(),
    organizationId: z.string().nullable(),
    incarnationId: z.string().nullable(),
    amount: z.union([AmountDocument, z.null()]).openapi({
      description: 'What is at stake, and charged to nobody.',
    }),
    occurrences: z.int().min(1),
    state: z.enum(['open', 'resolved']),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    openedAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
  })
  .openapi('Case')

/** Cases of the organization; of everybody for operators. */
export const listCases = createRoute({
  method: 'get',
  path: '/v1/cases',
  operationId: 'listCases',
  tags: TAGS,
  summary: 'What a person has to look at, newest first',
  security: bearer,
  request: { query: PageQuery.extend({ state: z.enum(['open', 'resolved']).optional() }) },
  responses: {
    200: answer(pageOf(CaseDocument).openapi('CasePage'), 'A page of cases.'),
    ...guarded,
  },
})

/** Gives a gateway process up whose journal will not come: its leases go back to their payers. */
export const declareIncarnationLost = createRoute({
  method: 'post',
  path: '/v1/gateway-incarnations/{id}/declare-lost',
  operationId: 'declareIncarnationLost',
  tags: TAGS,
  summary: 'Declare a gateway process’s journal lost',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: {
    200: answer(
      z
        .object({
          incarnationId: z.string(),
          leasesClosed: z.int(),
          returned: AmountDocument,
        })
        .openapi('DeclaredLost'),
      'What it still held went back to its payers.',
    ),
    ...guarded,
    ...refusals(404, 409),
  },
})

/** The operator's word that the database was restored from an older state. */
export const raiseLedgerEpoch = createRoute({
  method: 'post',
  path: '/v1/ledger-epochs',
  operationId: 'raiseLedgerEpoch',
  tags: TAGS,
  summary:
    'Say that the database was restored: nothing is granted until every gateway has reported',
  security: bearer,
  request: {
    body: body(
      z
        .object({ reason: z.string().trim().min(1).max(500) })
        .strict()
        .openapi('RaiseLedgerEpoch'),
    ),
  },
  responses: {
    201: answer(
      z.object({ epoch: z.int(), frozen: z.boolean(), reason: z.string() }).openapi('LedgerEpoch'),
      'The new epoch.',
    ),
    ...guarded,
    ...refusals(413, 415),
  },
})
