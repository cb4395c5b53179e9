import { isKeywords, keyword, type Keywords, type SchemaDocument } from './document.ts'
import type { SchemaNote } from './schema-note.ts'

/**
 * All schemas that hold at one place at once: a schema, what its `$ref` names, and its `allOf`. Merging
 * is then only reading the same keyword of each, and nothing is lost by it.
 */
export type Conjunction = {
  readonly schemas: readonly Keywords[]
  /** A `false` schema is among them: no value is right. */
  readonly never: boolean
  readonly notes: readonly SchemaNote[]
}

/** Schemas at one place; a chain of references that is longer is a knot. */
const SCHEMAS_MAX = 200

/** Collects what holds at one place; references are followed once each, so circles end. */
export function conjunctionOf(document: SchemaDocument, given: readonly unknown[]): Conjunction {
  const schemas: Keywords[] = []
  const notes: SchemaNote[] = []
  const seen = new Set<unknown>()
  const waiting = [...given].reverse()
  let never = false
  while (waiting.length > 0) {
    const schema = waiting.pop()
    if (schema === false) never = true
    if (!isKeywords(schema) || seen.has(schema)) continue
    if (schemas.length >= SCHEMAS_MAX) {
      notes.push({ code: 'too_many_schemas', keyword: 'allOf' })
      break
    }
    seen.add(schema)
    schemas.push(schema)
    waiting.push(...further(document, schema, notes).reverse())
  }
  return { schemas, never, notes }
}

function further(document: SchemaDocument, schema: Keywords, notes: SchemaNote[]): unknown[] {
  const next: unknown[] = []
  for (const name of ['$ref', '$dynamicRef']) {
    const reference = keyword(schema, name)
    if (typeof reference !== 'string') continue
    const target = document.find(reference)
    if (target === undefined) notes.push({ code: 'not_followed', keyword: name, text: reference })
    else next.push(target)
  }
  const all = keyword(schema, 'allOf')
  if (Array.isArray(all)) next.push(...all)
  return next
}

/** The values of a keyword in all schemas that hold here. */
export function valuesOf({ schemas }: Conjunction, name: string): readonly unknown[] {
  return schemas.map((schema) => keyword(schema, name)).filter((value) => value !== undefined)
}

/** The first text under a keyword: titles, descriptions, formats. */
export function textOf(conjunction: Conjunction, name: string): string | undefined {
  return valuesOf(conjunction, name).find((value) => typeof value === 'string')
}
