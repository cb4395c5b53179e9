import { z } from 'zod'

/** The whole catalog of one server as text, in characters: it is in the memory of every gateway (ADR-0022). */
export const OPENAPI_CATALOG_CHARS_MAX = 1_048_576
/** Tools of one server at most: more than any client can be shown, far less than what a list can carry. */
export const OPENAPI_TOOLS_MAX = 1_000
/** An OpenAPI document as text, in characters: the largest published ones that people cut a service from are about this long. */
export const OPENAPI_DOCUMENT_CHARS_MAX = 4_194_304

/** Where a parameter or a credential goes (OpenAPI 3.1 §4.8.12). */
export const OpenApiPlace = z.enum(['path', 'query', 'header', 'cookie'])

/** How an array or object becomes text (OpenAPI 3.1 §4.8.12.3). */
export const OpenApiStyle = z.enum([
  'matrix',
  'label',
  'simple',
  'form',
  'spaceDelimited',
  'pipeDelimited',
  'deepObject',
])

/** One argument of a tool that becomes a parameter of the request. */
export const OpenApiParameter = z.object({
  /** Its name among the tool's arguments. */
  argument: z.string(),
  place: OpenApiPlace,
  /** Its name in the request. */
  name: z.string(),
  required: z.boolean(),
  /** `json`: the value as JSON text, whatever the style (a parameter with `content`). */
  form: z.enum(['style', 'json']),
  style: OpenApiStyle,
  explode: z.boolean(),
  allowReserved: z.boolean(),
})

/** How one property of a form body is written; absent ones follow the rules of their type. */
export const OpenApiPart = z.object({
  contentType: z.string().optional(),
  style: OpenApiStyle.optional(),
  explode: z.boolean().optional(),
  /** The value is base64 of the bytes to send. */
  isBinary: z.boolean().optional(),
})

/** The body of a request: always the argument `body`. */
export const OpenApiBody = z.object({
  required: z.boolean(),
  /** The `Content-Type` to send, without a boundary. */
  contentType: z.string(),
  form: z.enum(['json', 'urlencoded', 'multipart', 'text', 'binary']),
  parts: z.record(z.string(), OpenApiPart).default({}),
})

/** What a credential of the server becomes in a request (OpenAPI 3.1 §4.8.27); its value is in the transport. */
export const OpenApiScheme = z.object({
  place: z.enum(['query', 'header', 'cookie']),
  name: z.string(),
  form: z.enum(['raw', 'bearer', 'basic']),
})

/** One operation as a tool: its definition as it is listed, and how a call of it becomes a request. */
export const OpenApiOperation = z.object({
  /** The operation's own id, or `METHOD /path`: what an allow-list names. */
  operation: z.string(),
  name: z.string(),
  /** The exact JSON text of the tool, as `tools/list` gives it. */
  definition: z.string(),
  method: z.enum(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']),
  /** With `{name}` for each path parameter. */
  path: z.string(),
  parameters: z.array(OpenApiParameter),
  body: OpenApiBody.nullable(),
  /** Names of schemes whose credentials go with it. */
  credentials: z.array(z.string()),
  accept: z.string(),
  /** What its definition promises as structured content; an answer of another kind is no answer. */
  promises: z.enum(['object', 'array', 'value', 'nothing']),
})

/** An OpenAPI document as gateways run it, compiled once by the control plane (ADR-0022). */
export const OpenApiCatalog = z.object({
  version: z.literal(1),
  title: z.string(),
  /** The API's own version, for people. */
  apiVersion: z.string(),
  instructions: z.string().nullable(),
  schemes: z.record(z.string(), OpenApiScheme),
  operations: z.array(OpenApiOperation).max(OPENAPI_TOOLS_MAX),
})

export type OpenApiParameter = z.infer<typeof OpenApiParameter>
export type OpenApiPart = z.infer<typeof OpenApiPart>
export type OpenApiBody = z.infer<typeof OpenApiBody>
export type OpenApiScheme = z.infer<typeof OpenApiScheme>
export type OpenApiOperation = z.infer<typeof OpenApiOperation>
export type OpenApiCatalog = z.infer<typeof OpenApiCatalog>
export type OpenApiStyle = z.infer<typeof OpenApiStyle>
export type OpenApiPlace = z.infer<typeof OpenApiPlace>
