import { createRoute, z } from '@hono/zod-openapi'
import { OPENAPI_DOCUMENT_CHARS_MAX, OPENAPI_TOOLS_MAX } from '../openapi-catalog.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { ServerAddress } from './server-address.ts'
import { bearer } from './security.ts'

/** Credentials of one document at most; it has a handful of schemes. */
const CREDENTIALS_MAX = 16

const DocumentText = z.string().min(1).max(OPENAPI_DOCUMENT_CHARS_MAX).openapi({
  description: 'An OpenAPI 3.0 or 3.1 document, JSON or YAML.',
})
const DocumentUrl = ServerAddress.openapi({
  description: 'Where the document is read from, once; no redirect is followed.',
})
const BaseUrl = ServerAddress.openapi({
  description: 'Where the API is; absent: the first server of the document.',
})
const Allow = z.array(z.string().min(1).max(1_000)).max(OPENAPI_TOOLS_MAX).openapi({
  description:
    'The operations to offer, by operationId or `METHOD /path`; absent: all that there are now. A refresh adds none.',
})

/** How a REST API is named, at registration and at a change. */
export const openApiPlaceShape = {
  kind: z.literal('openapi'),
  document: DocumentText.optional(),
  documentUrl: DocumentUrl.optional(),
  baseUrl: BaseUrl.optional(),
  allow: Allow.optional(),
}

/** A REST API to be registered: its document or where that is, and how it is called. */
export const OpenApiTransportWish = z
  .object({
    ...openApiPlaceShape,
    headers: z.record(z.string(), z.string()).default({}),
    credentials: z
      .record(z.string().max(200), z.string())
      .refine((given) => Object.keys(given).length <= CREDENTIALS_MAX)
      .default({})
      .openapi({
        description:
          'By security scheme of the document: an API key, a bearer token, or `user:password`.',
      }),
  })
  .openapi('OpenApiTransport')
export type OpenApiTransportWish = z.infer<typeof OpenApiTransportWish>

const PreviewBody = z
  .object({
    document: DocumentText.optional(),
    documentUrl: DocumentUrl.optional(),
    headers: z.array(z.string().max(128)).max(64).default([]).openapi({
      description: 'Names of headers that will be sent with every request.',
    }),
    credentials: z.array(z.string().max(200)).max(CREDENTIALS_MAX).default([]).openapi({
      description: 'Names of security schemes that credentials will be given for.',
    }),
  })
  .strict()
  .openapi('PreviewOpenApi')

const Pagination = z
  .object({
    style: z.enum(['cursor', 'offset', 'page', 'link']),
    argument: z.string().optional(),
    sizeArgument: z.string().optional(),
    nextField: z.string().optional(),
  })
  .openapi('OpenApiPagination')

const PreviewedOperation = z
  .object({
    operation: z.string().openapi({ description: 'What an allow-list names it by.' }),
    tool: z.string(),
    method: z.string(),
    path: z.string(),
    title: z.string().nullable(),
    description: z.string().nullable(),
    isReadOnly: z.boolean(),
    isDeprecated: z.boolean(),
    credentials: z.array(z.string()),
    lacks: z.array(z.string()).openapi({
      description: 'Security schemes that it wants and for which nothing is given.',
    }),
    pagination: orNull(Pagination),
    warnings: z.array(z.string()),
    inputSchema: z.unknown().openapi({
      type: 'object',
      description: 'Null when the whole preview would be too large: the tool has it all the same.',
    }),
    outputSchema: z.unknown().openapi({ type: 'object' }),
  })
  .openapi('PreviewedOperation')

/** What a document would become. */
export const OpenApiPreview = z
  .object({
    title: z.string(),
    apiVersion: z.string(),
    baseUrl: z.string().nullable().openapi({ description: 'Null when the document names none.' }),
    schemes: z.array(
      z.object({
        name: z.string(),
        wants: z.enum(['key', 'token', 'user_and_password']),
        place: z.enum(['query', 'header', 'cookie']),
        description: z.string().nullable(),
      }),
    ),
    operations: z.array(PreviewedOperation),
    leftOut: z.array(
      z.object({
        operation: z.string(),
        method: z.string(),
        path: z.string(),
        reason: z.string(),
      }),
    ),
    catalogChars: z.int().openapi({
      description: 'What all its tools take together, of at most 1,048,576 characters.',
    }),
  })
  .openapi('OpenApiPreview')
export type OpenApiPreview = z.infer<typeof OpenApiPreview>

/** Shows what a document would become; nothing is kept, and the API is not called. */
export const previewOpenApi = createRoute({
  method: 'post',
  path: '/v1/openapi/preview',
  operationId: 'previewOpenApi',
  tags: ['hub'],
  summary: 'What an OpenAPI document would become',
  security: bearer,
  request: { body: body(PreviewBody) },
  responses: {
    200: answer(OpenApiPreview, 'Its operations as tools, and what was left out and why.'),
    ...guarded,
    ...refusals(413, 415, 422),
  },
})
