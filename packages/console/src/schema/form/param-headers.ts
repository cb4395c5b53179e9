import { isNumber, isObject, memberOf, type Json } from '../exact/json.ts'
import { conjunctionOf, textOf } from '../resolve/conjunction.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import { fieldOf } from './field-of.ts'
import type { Schemas } from './shape.ts'

/** Objects inside objects that are looked through for mirrored parameters. */
const DEPTH_MAX = 6
/** A header name is a token (RFC 9110 §5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** The parameters that a call repeats in headers `Mcp-Param-<name>`, by name (SEP-2243): those that are set. */
export function paramHeaders(document: SchemaDocument, value: Json): Record<string, string> {
  const found = new Map<string, string>()
  collect([document.root], value, 0)
  return Object.fromEntries(found)

  function collect(schemas: Schemas, of: Json, depth: number): void {
    if (depth > DEPTH_MAX) return
    const name = textOf(conjunctionOf(document, schemas), 'x-mcp-header')
    const text = headerText(of)
    if (name !== undefined && TOKEN.test(name) && text !== undefined) found.set(name, text)
    if (!isObject(of)) return
    const { shape } = fieldOf({ document, path: [], value: of, choices: new Map() }, schemas)
    if (shape.kind !== 'object') return
    for (const { name: member, schemas: inner } of shape.members) {
      const at = memberOf(of, member)
      if (at !== undefined) collect(inner, at, depth + 1)
    }
  }
}

function headerText(value: Json): string | undefined {
  if (typeof value === 'string') return value
  if (isNumber(value)) return value.text
  return typeof value === 'boolean' ? String(value) : undefined
}
