import { createRoute, z } from '@hono/zod-openapi'
import { PERMISSIONS } from '../permission.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['identity']

/** The longest name of anything: fits a table cell and an index. */
export const NAME_CHARS_MAX = 120
/** Most rules in one grant list: compiled and held in memory by each gateway. */
export const GRANT_RULES_MAX = 256
/** A rotated key may work beside its successor for at most a day. */
export const ROTATION_GRACE_SECONDS_MAX = 86_400

/** Path parameter of one API key. */
const KeyPath = z.object({
  id: z.string().max(40).openapi({ example: 'key_01kp0000000000000000000000' }),
})

/** A permission of the catalogue: `resource:action`. */
export const PermissionName = z.enum(PERMISSIONS).openapi('Permission')

/** What a member is; the permissions follow from it. */
export const RoleName = z.enum(['admin', 'developer', 'user', 'enterprise']).openapi('Role')

/** Which servers and tools a key may call; an absent `tools` means all of them. */
export const GrantRuleDocument = z
  .object({
    serverId: z
      .string()
      .regex(/^(\*|srv_[0-9a-z]{1,40})$/)
      .openapi({ description: 'A server id, or `*` for all.' }),
    tools: z
      .array(
        z
          .string()
          .min(1)
          .max(256)
          .refine((name) => name.isWellFormed(), 'is not Unicode text'),
      )
      .max(GRANT_RULES_MAX)
      .optional(),
  })
  .openapi('GrantRule')

/** A customer: it owns servers, keys and a balance. */
export const OrganizationDocument = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['active', 'suspended']),
    createdAt: z.iso.datetime(),
  })
  .openapi('Organization')

/** A person in an organization. */
export const MemberDocument = z
  .object({ id: z.string(), email: z.string(), name: z.string(), role: RoleName })
  .openapi('Member')

/** An API key without its secret, which nobody can read again. */
export const ApiKeyDocument = z
  .object({
    id: z.string(),
    name: z.string(),
    start: z.string().openapi({ description: 'The first characters, to tell keys apart.' }),
    organizationId: z.string(),
    memberId: z.string().nullable(),
    projectId: z.string().nullable().openapi({ description: 'The project that it spends for.' }),
    agentId: z.string().nullable().openapi({ description: 'The agent that it spends for.' }),
    permissions: z.array(PermissionName),
    allow: z.array(GrantRuleDocument),
    deny: z.array(GrantRuleDocument),
    ratePerMinute: z.int(),
    strict: z.boolean(),
    status: z.enum(['active', 'expired', 'revoked']),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
    replacedBy: z
      .string()
      .nullable()
      .openapi({ description: 'The key that a rotation put in its place.' }),
    lastUsedAt: z.iso.datetime().nullable().openapi({
      description:
        'The minute of its last use, for a call or for this API; null: never. Calls arrive with their journal, seconds later.',
    }),
  })
  .openapi('ApiKey')

/** A key that was just made: the only time its secret is shown. */
export const IssuedKeyDocument = Applied.extend({
  key: ApiKeyDocument,
  secret: z.string().openapi({ example: 'mcpo_live_…', description: 'Shown once, here.' }),
}).openapi('IssuedKey')

const CreateKeyBody = z
  .object({
    name: z.string().trim().min(1).max(NAME_CHARS_MAX),
    permissions: z
      .array(PermissionName)
      .min(1)
      .max(PERMISSIONS.length)
      .openapi({ description: 'A subset of what the creator holds.' }),
    allow: z
      .array(GrantRuleDocument)
      .max(GRANT_RULES_MAX)
      .default([{ serverId: '*' }]),
    deny: z.array(GrantRuleDocument).max(GRANT_RULES_MAX).default([]),
    expiresInSeconds: z
      .int()
      .min(60)
      .max(366 * 86_400)
      .default(90 * 86_400)
      .openapi({ description: 'Ninety days unless told otherwise.' }),
    ratePerMinute: z.int().min(1).max(1_000_000).default(6_000),
    strict: z.boolean().default(false).openapi({
      description: 'Served for 1 s instead of 60 s after a gateway lost the control plane.',
    }),
    mode: z.enum(['live', 'test']).default('live'),
    projectId: z
      .string()
      .max(40)
      .optional()
      .openapi({ description: 'The project that it spends for; that of the key that makes it.' }),
    agentId: z
      .string()
      .max(40)
      .optional()
      .openapi({ description: 'The agent that it spends for; that of the key that makes it.' }),
    service: z
      .boolean()
      .default(false)
      .openapi({ description: 'Belongs to the organization, not to the member who made it.' }),
  })
  .strict()
  .openapi('CreateKey')

/** Who the caller is and what they may do. */
export const MeDocument = z
  .object({
    via: z.enum(['key', 'session']),
    keyId: z.string().nullable(),
    organization: OrganizationDocument,
    member: orNull(MemberDocument),
    permissions: z.array(PermissionName),
  })
  .openapi('Me')

/** Who the credential is. */
export const getMe = createRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  tags: TAGS,
  summary: 'Who I am and what I may do',
  security: bearer,
  responses: {
    200: answer(MeDocument, 'The caller.'),
    ...guarded,
  },
})

/** The organization's keys, newest first. */
export const listKeys = createRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'listKeys',
  tags: TAGS,
  summary: 'API keys of the organization',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(pageOf(ApiKeyDocument).openapi('ApiKeyPage'), 'A page of keys.'),
    ...guarded,
  },
})

/** Issues a key and shows its secret once. */
export const createKey = createRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'createKey',
  tags: TAGS,
  summary: 'Issue an API key; its secret is shown once',
  security: bearer,
  request: { body: body(CreateKeyBody) },
  responses: {
    201: answer(IssuedKeyDocument, 'The key and its secret.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})

/** Puts a new key in the place of an old one, which works on for the grace period. */
export const rotateKey = createRoute({
  method: 'post',
  path: '/v1/keys/{id}/rotate',
  operationId: 'rotateKey',
  tags: TAGS,
  summary: 'Replace a key; the old one works on for a grace period of at most a day',
  security: bearer,
  request: {
    params: KeyPath,
    body: body(
      z
        .object({ graceSeconds: z.int().min(0).max(ROTATION_GRACE_SECONDS_MAX).default(3_600) })
        .strict()
        .openapi('RotateKey'),
    ),
  },
  responses: {
    201: answer(IssuedKeyDocument, 'The new key and its secret.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})

/** Revokes a key: connected gateways refuse it before this answers. */
export const revokeKey = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  operationId: 'revokeKey',
  tags: TAGS,
  summary: 'Revoke a key',
  security: bearer,
  request: { params: KeyPath },
  responses: {
    200: answer(Applied.extend({ key: ApiKeyDocument }).openapi('RevokedKey'), 'Revoked.'),
    ...guarded,
    ...refusals(404),
  },
})

/** All organizations, newest first; for the platform's operators. */
export const listOrganizations = createRoute({
  method: 'get',
  path: '/v1/organizations',
  operationId: 'listOrganizations',
  tags: TAGS,
  summary: 'Organizations of the platform',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(
      pageOf(OrganizationDocument).openapi('OrganizationPage'),
      'A page of organizations.',
    ),
    ...guarded,
  },
})

/** Founds an organization, with its first member and key when asked. */
export const createOrganization = createRoute({
  method: 'post',
  path: '/v1/organizations',
  operationId: 'createOrganization',
  tags: TAGS,
  summary: 'Found an organization with its first admin',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          name: z.string().trim().min(1).max(NAME_CHARS_MAX),
          adminEmail: z.email().max(254).optional(),
          issueKey: z
            .boolean()
            .default(false)
            .openapi({ description: 'Also issue a first admin key, shown once in this answer.' }),
        })
        .strict()
        .openapi('CreateOrganization'),
    ),
  },
  responses: {
    201: answer(
      Applied.extend({
        organization: OrganizationDocument,
        admin: orNull(MemberDocument),
        key: orNull(ApiKeyDocument),
        secret: z.string().nullable(),
      }).openapi('FoundedOrganization'),
      'The organization.',
    ),
    ...guarded,
    ...refusals(409, 413, 415),
  },
})

/** Makes a one-time sign-in link for a member: fifteen minutes, one use. */
export const createSignInLink = createRoute({
  method: 'post',
  path: '/v1/sign-in-links',
  operationId: 'createSignInLink',
  tags: TAGS,
  summary: 'A one-time sign-in link for a member',
  security: bearer,
  request: {
    body: body(
      z
        .object({ email: z.email().max(254) })
        .strict()
        .openapi('CreateSignInLink'),
    ),
  },
  responses: {
    201: answer(
      z
        .object({ url: z.url(), email: z.string(), expiresAt: z.iso.datetime() })
        .openapi('SignInLink'),
      'The link: whoever opens it first may set the password.',
    ),
    ...guarded,
    ...refusals(404, 413, 415),
  },
})
