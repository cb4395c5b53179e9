import { OPENAPI_DOCUMENT_CHARS_MAX } from '@mcp-orchestra/api/openapi-catalog'
import { parse } from 'yaml'
import { refuse } from '../problems.ts'
import { Document, isNode } from './document.ts'

/** YAML takes a hundred times as long to read as JSON: a document of this many characters takes a second or two. */
const YAML_CHARS_MAX = 1_048_576
/** Far deeper than any API, far less than what exhausts a stack. */
const DEPTH_MAX = 200
/** Values of a document, each counted as often as aliases repeat it. */
const VALUES_MAX = 2_000_000

/** Reads an OpenAPI 3.0 or 3.1 document, JSON or YAML; throws the refusal that says what is wrong with it. */
export function readDocument(text: string): Document {
  if (text.length > OPENAPI_DOCUMENT_CHARS_MAX)
    throw refused(`It has more than ${OPENAPI_DOCUMENT_CHARS_MAX} characters.`)
  const value = parseText(text.replace(/^\uFEFF/, ''))
  requireBounds(value)
  if (!isNode(value)) throw refused('It is not an object.')
  if (typeof value['swagger'] === 'string') {
    throw refused(
      'It is Swagger 2.0; convert it to OpenAPI 3 first (converter.swagger.io does it).',
    )
  }
  const version = value['openapi']
  if (typeof version !== 'string' || !/^3\.[01](\.\d{1,3})?(-[\w.]{1,20})?$/.test(version)) {
    throw refused('Its member "openapi" does not name a version 3.0 or 3.1.')
  }
  if (!isNode(value['paths'])) throw refused('It has no "paths".')
  return new Document(value)
}

function parseText(text: string): unknown {
  const isJson = /^\s*\{/.test(text)
  if (!isJson && text.length > YAML_CHARS_MAX)
    throw refused(`As YAML it may have ${YAML_CHARS_MAX} characters; give it as JSON.`)
  try {
    // Unique keys are looked for pair by pair, and pretty errors line by line: both are for small files.
    return isJson
      ? JSON.parse(text)
      : parse(text, {
          maxAliasCount: 100,
          uniqueKeys: false,
          prettyErrors: false,
          logLevel: 'silent',
        })
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]?.slice(0, 200) : ''
    throw refused(`It is neither JSON nor YAML that can be read: ${why}`, error)
  }
}

function requireBounds(root: unknown): void {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  let values = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    values += 1
    if (values > VALUES_MAX) throw refused(`It has more than ${VALUES_MAX} values.`)
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth >= DEPTH_MAX) throw refused(`It nests deeper than ${DEPTH_MAX} levels.`)
    for (const inner of Object.values(value)) waiting.push({ value: inner, depth: depth + 1 })
  }
}

function refused(detail: string, cause?: unknown) {
  return refuse('hub.document_refused', { detail, ...(cause === undefined ? {} : { cause }) })
}
