import { valuesOf, type Conjunction } from './conjunction.ts'
import { keyword } from './document.ts'
import type { SchemaNote } from './schema-note.ts'

/** Notes of one place: more are not read. */
const NOTES_MAX = 12

/** Keywords that constrain nothing, or that the check knows (JSON Schema 2020-12). */
const KNOWN = new Set(
  `$schema $id $ref $dynamicRef $anchor $dynamicAnchor $defs $comment $vocabulary definitions title
  description default examples example deprecated readOnly writeOnly enumNames discriminator xml
  externalDocs type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength
  minLength pattern maxItems minItems uniqueItems maxContains minContains contains maxProperties
  minProperties required dependentRequired properties patternProperties additionalProperties items
  prefixItems propertyNames allOf anyOf oneOf not if then else dependentSchemas format
  contentEncoding contentMediaType nullable x-mcp-header`.split(/\s+/),
)

/** Formats that are checked, or that say how to edit and constrain nothing. */
const KNOWN_FORMATS = new Set(
  'date date-time time email uri uuid ipv4 binary byte password int32 int64 float double'.split(
    ' ',
  ),
)

/** Notes on one place: every keyword that is unknown here, once. */
export function notesOf(conjunction: Conjunction): readonly SchemaNote[] {
  const notes: SchemaNote[] = [...conjunction.notes]
  const named = new Set<string>()
  for (const schema of conjunction.schemas) {
    for (const name of Object.keys(schema)) {
      if (KNOWN.has(name) || named.has(name)) continue
      if (name.startsWith('x-') || constrainsNothing(name, keyword(schema, name))) continue
      named.add(name)
      notes.push({ code: 'unchecked_keyword', keyword: name })
    }
  }
  for (const format of valuesOf(conjunction, 'format')) {
    if (typeof format !== 'string' || KNOWN_FORMATS.has(format)) continue
    notes.push({ code: 'unchecked_format', keyword: 'format', text: format })
  }
  return notes.slice(0, NOTES_MAX)
}

function constrainsNothing(name: string, value: unknown): boolean {
  return name.startsWith('unevaluated') && value === true
}
