import {
  OPENAPI_CATALOG_CHARS_MAX,
  OPENAPI_TOOLS_MAX,
  type OpenApiCatalog,
} from '@mcp-orchestra/api/openapi-catalog'
import { refuse } from '../problems.ts'
import { documentAddress, livesElsewhere } from './base-address.ts'
import { isNode, membersOf, pointerKey, textIn, type Document, type Node } from './document.ts'
import { OperationFault } from './document-fault.ts'
import {
  compileOperation,
  operationsIn,
  type CompiledOperation,
  type FoundOperation,
} from './operation.ts'
import { schemesOf, securityOf, type SchemeFacts } from './security.ts'
import { toolNames } from './tool-name.ts'

/** Operations of one document at most: more are not even looked at. */
const OPERATIONS_MAX = 10_000
const INSTRUCTIONS_CHARS_MAX = 2_000
/** Operations that are named in a refusal, at most. */
const NAMED_MAX = 10

/** What a publisher says beside the document. */
export type CompileWish = {
  readonly documentUrl?: string | undefined
  /** Names of the security schemes that credentials are given for. */
  readonly credentials: Iterable<string>
  /** Names of headers that are sent with every request. */
  readonly headers: Iterable<string>
}

/** An operation that is no tool, and why. */
export type LeftOut = {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly reason: string
}

/** A whole document, compiled: every operation is either a tool or left out with a reason. */
export type CompiledDocument = {
  readonly title: string
  readonly apiVersion: string
  readonly instructions: string | null
  /** Where the API is, by the document; undefined when it does not say. */
  readonly baseUrl: string | undefined
  readonly schemes: readonly SchemeFacts[]
  readonly operations: readonly CompiledOperation[]
  readonly leftOut: readonly LeftOut[]
}

/** Compiles every operation of a document. Never throws for one operation: it is left out, with the reason. */
export function compileDocument(document: Document, wish: CompileWish): CompiledDocument {
  const info = isNode(document.root['info']) ? document.root['info'] : {}
  const schemes = schemesOf(document)
  const given = new Set(wish.credentials)
  const taken = takenNames(schemes, given, wish.headers)
  const { found, leftOut } = findOperations(document, wish.documentUrl)
  const names = toolNames(found)
  const operations: CompiledOperation[] = []
  for (const [index, each] of found.entries()) {
    const { operation, method, path, node } = each
    try {
      const security = securityOf(document, node, given)
      const lacks = security.lacks.filter((name) => !isCovered(name, schemes, wish.headers))
      operations.push(
        compileOperation(document, each, {
          name: names[index] ?? operation,
          security: { ...security, lacks },
          taken,
        }),
      )
    } catch (error) {
      if (!(error instanceof OperationFault)) throw error
      leftOut.push({ operation, method, path, reason: `${error.message}.` })
    }
  }
  return {
    title: textIn(info, 'title', 200) ?? 'REST API',
    apiVersion: textIn(info, 'version', 64) ?? '',
    instructions: textIn(info, 'description', INSTRUCTIONS_CHARS_MAX) ?? null,
    baseUrl: documentAddress(document.root['servers'], wish.documentUrl),
    schemes,
    operations,
    leftOut,
  }
}

/** The catalog of the operations that are allowed, as text; refuses what gateways could not hold. */
export function catalogText(compiled: CompiledDocument, allow: readonly string[]): string {
  const allowed = new Set(allow)
  const operations = compiled.operations.filter(({ compiled: each }) => allowed.has(each.operation))
  if (operations.length === 0)
    throw refuse('hub.document_refused', {
      detail: `None of its operations is offered. ${why(compiled)}`.trim(),
    })
  if (operations.length > OPENAPI_TOOLS_MAX) {
    const detail = `It has ${operations.length} operations; name at most ${OPENAPI_TOOLS_MAX} that shall be offered.`
    throw refuse('hub.document_refused', { detail })
  }
  const used = new Set(operations.flatMap(({ compiled: each }) => each.credentials))
  const catalog: OpenApiCatalog = {
    version: 1,
    title: compiled.title,
    apiVersion: compiled.apiVersion,
    instructions: compiled.instructions,
    schemes: Object.fromEntries(
      compiled.schemes.flatMap(({ name, scheme }) => (used.has(name) ? [[name, scheme]] : [])),
    ),
    operations: operations.map(({ compiled: each }) => each),
  }
  const text = JSON.stringify(catalog)
  if (text.length > OPENAPI_CATALOG_CHARS_MAX) {
    const detail = `Its tools take ${text.length} characters, the most is ${OPENAPI_CATALOG_CHARS_MAX}: name fewer operations that shall be offered.`
    throw refuse('hub.document_refused', { detail })
  }
  return text
}

/** Refuses an allow-list that names what the document does not offer. */
export function requireKnown(compiled: CompiledDocument, allow: readonly string[]): void {
  const known = new Set(compiled.operations.map(({ compiled: each }) => each.operation))
  const unknown = allow.filter((operation) => !known.has(operation))
  if (unknown.length === 0) return
  const reasons = new Map(compiled.leftOut.map(({ operation, reason }) => [operation, reason]))
  const told = unknown.slice(0, NAMED_MAX).map((operation) => {
    const reason = reasons.get(operation)
    return reason === undefined ? `${operation} is not in it` : `${operation}: ${reason}`
  })
  throw refuse('hub.document_refused', {
    detail: `Not every operation that shall be offered can be: ${told.join('; ')}`,
    members: { operations: unknown.slice(0, NAMED_MAX) },
  })
}

function findOperations(
  document: Document,
  documentUrl: string | undefined,
): { found: FoundOperation[]; leftOut: LeftOut[] } {
  const found: FoundOperation[] = []
  const leftOut: LeftOut[] = []
  const ids = new Set<string>()
  let seen = 0
  for (const [path, value] of membersOf(document.root['paths'])) {
    if (path.startsWith('x-')) continue
    const place = `#/paths/${pointerKey(path)}`
    let pathItem: Node
    try {
      pathItem = document.follow(value, place) ?? {}
    } catch (error) {
      if (!(error instanceof OperationFault)) throw error
      leftOut.push({ operation: path, method: '', path, reason: `${error.message}.` })
      continue
    }
    for (const [method, node] of operationsIn(pathItem)) {
      seen += 1
      const known = isNode(node) ? node : {}
      const operation = textIn(known, 'operationId', 200) ?? `${method} ${path}`
      const leave = (reason: string) => leftOut.push({ operation, method, path, reason })
      if (seen > OPERATIONS_MAX) leave(`the document has more than ${OPERATIONS_MAX} operations.`)
      else if (!isNode(node)) leave('it is not an operation.')
      else if (ids.has(operation)) leave('another operation has the same operationId.')
      else if (livesElsewhere(document, node['servers'] ?? pathItem['servers'], documentUrl))
        leave('it is at another address: register that one as a server of its own.')
      else {
        ids.add(operation)
        found.push({
          operation,
          method,
          path,
          node,
          pathItem,
          at: `${place}/${method.toLowerCase()}`,
        })
      }
    }
  }
  return { found, leftOut }
}

/** Places of a request that are not for callers: where stored credentials and fixed headers go. */
function takenNames(
  schemes: readonly SchemeFacts[],
  given: ReadonlySet<string>,
  headers: Iterable<string>,
): Set<string> {
  const places = schemes.flatMap(({ name, scheme }) =>
    given.has(name) ? [`${scheme.place} ${scheme.name}`] : [],
  )
  return new Set(
    [...places, ...[...headers].map((name) => `header ${name}`)].map((place) =>
      place.toLowerCase(),
    ),
  )
}

/** Whether a fixed header does what a scheme asks for. */
function isCovered(
  name: string,
  schemes: readonly SchemeFacts[],
  headers: Iterable<string>,
): boolean {
  const scheme = schemes.find((known) => known.name === name)?.scheme
  const fixed = [...headers].map((header) => header.toLowerCase())
  return scheme?.place === 'header' && fixed.includes(scheme.name.toLowerCase())
}

function why({ leftOut }: CompiledDocument): string {
  const [first] = leftOut
  return first === undefined ? '' : `${first.operation}: ${first.reason}`
}
