import type { OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'
import { isNode, itemsOf, membersOf, type Document, type Node } from './document.ts'
import type { SchemaWriter } from './schema-writer.ts'

/** What an operation answers when it succeeds. */
export type Success = {
  /** The schema that structured content is described by; undefined when it may be of several kinds, or of none. */
  readonly outputSchema: Node | undefined
  readonly promises: OpenApiOperation['promises']
  readonly types: readonly string[]
  readonly headers: readonly string[]
}

/** Reads the 2xx responses; `default` counts when there are none (OpenAPI 3.1.1 §4.8.16). */
export function successOf(
  document: Document,
  operation: Node,
  writer: SchemaWriter,
  at: string,
): Success {
  const listed = membersOf(operation['responses'])
  const named = listed.filter(([status]) => /^2(\d\d|XX)$/i.test(status))
  const responses = (
    named.length > 0 ? named : listed.filter(([status]) => status === 'default')
  ).map(([status, value]) => document.follow(value, `${at}/responses/${status}`) ?? {})
  const bodies = responses.map((response) => membersOf(response['content']))
  const types = bodies.flatMap((body) => body.map(([type]) => mediaType(type)))
  const headers = responses.flatMap((response) =>
    membersOf(response['headers']).map(([name]) => name),
  )
  const schemas = bodies.map((body) => jsonSchemaIn(body))
  const [first, ...others] = schemas
  const isOne = first !== undefined && others.every((other) => sameText(other, first))
  if (!isOne) return { outputSchema: undefined, promises: 'nothing', types, headers }
  const written = writer.write(first, `${at}/responses`)
  const rootType = isNode(written) ? rootTypeOf(written, writer.defs['$defs'] ?? {}) : undefined
  if (!isNode(written) || Object.keys(written).length === 0 || rootType === 'unsaid')
    return { outputSchema: undefined, promises: 'nothing', types, headers }
  if (rootType === 'object' || rootType === 'array') {
    const outputSchema = { ...written, type: rootType }
    return { outputSchema, promises: rootType, types, headers }
  }
  return { outputSchema: written, promises: 'value', types, headers }
}

function jsonSchemaIn(body: readonly (readonly [string, unknown])[]): Node | undefined {
  const found = body.find(([type]) => /[/+]json$/.test(mediaType(type)))?.[1]
  const schema = isNode(found) ? found['schema'] : undefined
  return isNode(schema) ? schema : undefined
}

/** The one kind of value that a schema takes at its root; `unsaid` when it says nothing of it. */
function rootTypeOf(schema: Node, defs: Node, depth = 0): string | undefined {
  const { type, $ref: ref } = schema
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return depth === 0 ? undefined : withoutNull(type)
  if (isNode(schema['properties'])) return 'object'
  if (depth > 8) return undefined
  const target = typeof ref === 'string' ? defs[ref.slice('#/$defs/'.length)] : undefined
  for (const part of [target, ...itemsOf(schema['allOf'])]) {
    const found = isNode(part) ? rootTypeOf(part, defs, depth + 1) : undefined
    if (found !== undefined && found !== 'unsaid') return found
  }
  const says = ['anyOf', 'oneOf', '$ref', 'allOf'].some((key) => schema[key] !== undefined)
  return says ? undefined : 'unsaid'
}

/** Within a result every schema may be null, by our writing; at its root that is not meant. */
function withoutNull(types: readonly unknown[]): string | undefined {
  const [first, ...others] = types.filter((type) => type !== 'null')
  return typeof first === 'string' && others.length === 0 ? first : undefined
}

function mediaType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}

function sameText(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
