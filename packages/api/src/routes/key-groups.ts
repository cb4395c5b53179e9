import { createRoute, z } from '@hono/zod-openapi'
import { answer, body, guarded, refusals } from './answer.ts'
import { NAME_CHARS_MAX } from './identity.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['identity']

/** A project or an agent: what keys spend for, and what caps, mandates and stops may bind. */
export const KeyGroupDocument = z
  .object({
    id: z.string().openapi({ example: 'agt_01kp0000000000000000000000' }),
    kind: z.enum(['project', 'agent']),
    organizationId: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
  })
  .openapi('KeyGroup')

/** Projects and agents of the organization, newest first. */
export const listKeyGroups = createRoute({
  method: 'get',
  path: '/v1/key-groups',
  operationId: 'listKeyGroups',
  tags: TAGS,
  summary: 'Projects and agents that keys may spend for',
  security: bearer,
  request: { query: PageQuery.extend({ kind: z.enum(['project', 'agent']).optional() }) },
  responses: {
    200: answer(pageOf(KeyGroupDocument).openapi('KeyGroupPage'), 'A page of them.'),
    ...guarded,
  },
})

/** Makes a project or an agent; keys are made for it with `projectId` or `agentId`. */
export const createKeyGroup = createRoute({
  method: 'post',
  path: '/v1/key-groups',
  operationId: 'createKeyGroup',
  tags: TAGS,
  summary: 'Make a project or an agent',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          kind: z.enum(['project', 'agent']),
          name: z.string().trim().min(1).max(NAME_CHARS_MAX),
        })
        .strict()
        .openapi('CreateKeyGroup'),
    ),
  },
  responses: {
    201: answer(KeyGroupDocument, 'The project or agent.'),
    ...guarded,
    ...refusals(409, 413, 415),
  },
})

/** Removes a project or an agent that no working key belongs to. */
export const removeKeyGroup = createRoute({
  method: 'delete',
  path: '/v1/key-groups/{id}',
  operationId: 'removeKeyGroup',
  tags: TAGS,
  summary: 'Remove a project or an agent',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: {
    200: answer(KeyGroupDocument, 'As it was.'),
    ...guarded,
    ...refusals(404, 409),
  },
})
