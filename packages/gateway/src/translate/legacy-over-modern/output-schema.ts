import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type Span } from '../../protocol/json/span.ts'
import { splice, type Edit } from '../../protocol/json/splice.ts'

/** Where a wrapped schema stands in the one that wraps it: references into it have to follow. */
const WRAPPED_AT = '#/properties/result'
/** Keywords whose values are instances: a `$ref` in them refers to nothing. */
const INSTANCE_KEYWORDS = new Set(['const', 'default', 'enum', 'examples'])

/** Whether legacy clients take a schema for structured content as it is: theirs have the type `object` (MCP 2025-11-25, Tool). */
export function isLegacySchema(schemaText: string): boolean {
  return stringAt(schemaText, memberOf(scanObject(schemaText), 'type')?.value) === 'object'
}

/** An object schema whose `result` is the given schema; local references are moved along, all else stays byte for byte. */
export function wrapSchema(schemaText: string): string {
  const schema = scanObject(schemaText)
  // A schema with a name of its own is the base of its references, wherever it stands.
  const isBase = memberOf(schema, '$id') !== undefined
  const edits: Edit[] = []
  if (schema !== undefined && !isBase) moveReferences(schemaText, schema.span, edits, 'schema')
  const moved = splice(schemaText, edits)
  return `{"type":"object","properties":{"result":${moved}},"required":["result"]}`
}

/** Structured content for a wrapped schema. */
export function wrapContent(contentText: string): string {
  return `{"result":${contentText}}`
}

function moveReferences(text: string, span: Span, edits: Edit[], of: 'schema' | 'names'): void {
  const object = scanObject(text, span.start)
  for (const { key, value } of object?.members ?? []) {
    const isReference = of === 'schema' && (key === '$ref' || key === '$dynamicRef')
    const pointer = isReference ? stringAt(text, value) : undefined
    if (pointer === '#' || pointer?.startsWith('#/') === true) {
      edits.push({ ...value, text: JSON.stringify(WRAPPED_AT + pointer.slice(1)) })
    } else if (of === 'names' || !INSTANCE_KEYWORDS.has(key)) {
      const isNames = of === 'schema' && NAMED_SCHEMAS.has(key)
      moveReferences(text, value, edits, isNames ? 'names' : 'schema')
    }
  }
  if (object !== undefined || textOf(text, span)[0] !== '[') return
  for (const element of scanArray(text, span.start)?.elements ?? [])
    moveReferences(text, element, edits, 'schema')
}

/** Keywords whose members are names of the author's. */
const NAMED_SCHEMAS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])
