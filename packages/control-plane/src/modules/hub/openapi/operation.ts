import { META_PAGINATION } from '@mcp-orchestra/api/mcp-meta'
import type { OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'
import { textIn, type Document, type Node } from './document.ts'
import { OperationFault } from './document-fault.ts'
import { paginationOf, paginationText, type Pagination } from './pagination.ts'
import { findParameters, writeParameters } from './parameters.ts'
import { acceptOf, writeBody } from './request-body.ts'
import { SchemaTooLarge, SchemaWriter } from './schema-writer.ts'
import type { OperationSecurity } from './security.ts'
import { successOf } from './success.ts'

/** A tool's definition as text: a dozen such fill a model's context. */
const DEFINITION_CHARS_MAX = 65_536
/** What references are written out up to, in characters of a definition; beyond, they stay references. */
const INLINED_CHARS_MAX = 32_768
/** Longest description of a tool, in characters. */
const DESCRIPTION_CHARS_MAX = 4_000
const TITLE_CHARS_MAX = 120

/** An operation of a document, not compiled yet. */
export type FoundOperation = {
  /** Its own id, or `METHOD /path`. */
  readonly operation: string
  readonly method: OpenApiOperation['method']
  readonly path: string
  readonly node: Node
  readonly pathItem: Node
  /** Where it stands in the document. */
  readonly at: string
}

/** A compiled operation, and what its publisher should know of it. */
export type CompiledOperation = {
  readonly compiled: OpenApiOperation
  readonly title: string | null
  readonly description: string | null
  readonly inputSchema: unknown
  readonly outputSchema: unknown
  readonly pagination: Pagination | null
  readonly isDeprecated: boolean
  /** Security schemes that it wants and for which no credential is given. */
  readonly lacks: readonly string[]
  readonly warnings: readonly string[]
}

/** Compiles one operation; throws an {@link OperationFault} when it cannot be a tool. */
export function compileOperation(
  document: Document,
  found: FoundOperation,
  given: {
    readonly name: string
    readonly security: OperationSecurity
    readonly taken: ReadonlySet<string>
  },
): CompiledOperation {
  try {
    const inlined = compileWith(document, found, given, true)
    if (inlined.compiled.definition.length <= INLINED_CHARS_MAX) return inlined
  } catch (error) {
    if (!(error instanceof SchemaTooLarge)) throw error
  }
  const compiled = compileWith(document, found, given, false)
  if (compiled.compiled.definition.length > DEFINITION_CHARS_MAX)
    throw new OperationFault(`its definition has more than ${DEFINITION_CHARS_MAX} characters`)
  return compiled
}

function compileWith(
  document: Document,
  found: FoundOperation,
  { name, security, taken }: Parameters<typeof compileOperation>[2],
  inlines: boolean,
): CompiledOperation {
  const { method, path, node, pathItem, at } = found
  const warnings: string[] = []
  const lists = [
    { value: node['parameters'], at },
    { value: pathItem['parameters'], at },
  ]
  const parameters = findParameters(document, lists, taken)
  const plainPath = checkedPath(path, parameters)
  const writer = new SchemaWriter(document, 'input', inlines)
  const isBodiless = method === 'GET' || method === 'HEAD'
  if (isBodiless && node['requestBody'] !== undefined)
    warnings.push(`${method} has no body: the one that it is described with is left out.`)
  const body = isBodiless ? null : writeBody(document, node['requestBody'], writer, at)
  const written = writeParameters(parameters, writer, { hasBody: body !== null, at })
  const required = written.filter(({ parameter }) => parameter.required)
  const inputSchema = {
    type: 'object',
    properties: Object.fromEntries([
      ...written.map(({ parameter, schema }) => [parameter.argument, schema]),
      ...(body === null ? [] : [['body', body.schema]]),
    ]),
    ...requiredOf([
      ...required.map(({ parameter }) => parameter.argument),
      ...(body?.body.required === true ? ['body'] : []),
    ]),
    additionalProperties: false,
    ...writer.defs,
  }
  const answers = new SchemaWriter(document, 'output', inlines)
  const success = method === 'HEAD' ? NO_ANSWER : answerOf(document, node, answers, at, warnings)
  const outputSchema =
    success.outputSchema === undefined ? undefined : { ...success.outputSchema, ...answers.defs }
  const query = written.flatMap(({ parameter }) => (parameter.place === 'query' ? [parameter] : []))
  const pagination = paginationOf(query, { schema: outputSchema, headers: success.headers })
  const isDeprecated = node['deprecated'] === true
  if (isDeprecated) warnings.push('It is deprecated.')
  const title = textIn(node, 'summary', TITLE_CHARS_MAX) ?? null
  const description = describe(found, pagination, isDeprecated)
  const tool = {
    name,
    ...(title === null ? {} : { title }),
    description,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    annotations: annotationsOf(method, title),
    ...(pagination === undefined ? {} : { _meta: { [META_PAGINATION]: pagination } }),
  }
  return {
    compiled: {
      operation: found.operation,
      name,
      definition: JSON.stringify(tool),
      method,
      path: plainPath,
      parameters: written.map(({ parameter }) => parameter),
      body: body?.body ?? null,
      credentials: security.credentials,
      accept: acceptOf(success.types),
      promises: success.promises,
    },
    title,
    description,
    inputSchema,
    outputSchema: outputSchema ?? null,
    pagination: pagination ?? null,
    isDeprecated,
    lacks: security.lacks,
    warnings,
  }
}

const NO_ANSWER = { outputSchema: undefined, promises: 'nothing', types: [], headers: [] } as const

/** An answer that cannot be described is still an answer: only the description is left out. */
function answerOf(
  document: Document,
  node: Node,
  writer: SchemaWriter,
  at: string,
  warnings: string[],
): ReturnType<typeof successOf> {
  try {
    return successOf(document, node, writer, at)
  } catch (error) {
    if (!(error instanceof OperationFault) || error instanceof SchemaTooLarge) throw error
    warnings.push(`Its result is not described: ${error.message}.`)
    return NO_ANSWER
  }
}

function requiredOf(names: readonly string[]): { readonly required?: readonly string[] } {
  return names.length === 0 ? {} : { required: names }
}

/** What a method is known to do (RFC 9110 §9.2); the rest is as MCP takes it for a tool that says nothing. */
function annotationsOf(method: OpenApiOperation['method'], title: string | null): Node {
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  return {
    ...(title === null ? {} : { title }),
    readOnlyHint: isSafe,
    ...(method === 'DELETE' ? { destructiveHint: true } : {}),
    ...(method === 'PUT' || method === 'DELETE' ? { idempotentHint: true } : {}),
    openWorldHint: true,
  }
}

function describe(
  { node, method, path }: FoundOperation,
  pagination: Pagination | undefined,
  isDeprecated: boolean,
): string {
  const summary = textIn(node, 'summary', DESCRIPTION_CHARS_MAX)
  const more = textIn(node, 'description', DESCRIPTION_CHARS_MAX)
  const parts = [
    ...(isDeprecated ? ['Deprecated.'] : []),
    ...(summary === undefined ? [] : [summary]),
    ...(more === undefined || more === summary ? [] : [more]),
  ]
  const text = parts.length === 0 ? `${method} ${path}` : parts.join('\n\n')
  const cut =
    text.length > DESCRIPTION_CHARS_MAX ? `${text.slice(0, DESCRIPTION_CHARS_MAX)}…` : text
  return `${cut}${pagination === undefined ? '' : `\n\n${paginationText(pagination)}`}`.toWellFormed()
}

/** A path as it is sent, with its places; throws when it has a place that no parameter fills, or would lead elsewhere. */
function checkedPath(
  path: string,
  parameters: readonly { readonly place: string; readonly name: string }[],
): string {
  const names: string[] = parameters.flatMap(({ place, name }) => (place === 'path' ? [name] : []))
  const places: readonly string[] = path.match(/\{[^{}]*\}/g) ?? []
  const open = places.find((place) => !names.includes(place.slice(1, -1)))
  if (open !== undefined) throw new OperationFault(`no parameter fills ${open} in its path`)
  const unused = names.find((name) => !places.includes(`{${name}}`))
  if (unused !== undefined)
    throw new OperationFault(`its path has no place for the parameter ${unused}`)
  const plain = path
    .split(/(\{[^{}]*\})/)
    .map((part) => (part.startsWith('{') ? part : escapedLiteral(part)))
    .join('')
  const filled = plain.replace(/\{[^{}]*\}/g, 'x')
  const isPlain =
    path.startsWith('/') &&
    !path.startsWith('//') &&
    !/[?#{}\\\s]/.test(filled) &&
    URL.canParse(filled, 'http://host') &&
    new URL(filled, 'http://host').pathname === filled
  if (!isPlain) throw new OperationFault('its path is not one')
  return plain
}

function escapedLiteral(text: string): string {
  return text.isWellFormed() ? encodeURI(text).replaceAll('%25', '%') : text
}

/** The operations of a path, in the order of the specification; TRACE is not for callers. */
export function operationsIn(pathItem: Node): [OpenApiOperation['method'], unknown][] {
  return METHODS.flatMap((method) => {
    const value = pathItem[method.toLowerCase()]
    return value === undefined ? [] : [[method, value] as [OpenApiOperation['method'], unknown]]
  })
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'] as const
