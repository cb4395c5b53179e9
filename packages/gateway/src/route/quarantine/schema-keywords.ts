/** A schema, or anything else that is a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Keywords whose values are schemas by names of the author's: the name itself is no keyword (JSON Schema 2020-12 §10). */
const NAMED: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
])
/** Keywords whose values are data: what stands in them says nothing about the schema. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples'])
/** Keywords that apply to the same value as the schema they stand in: a cycle of them never ends. */
const IN_PLACE: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
])

/** A schema inside another one, and whether both judge the same value. */
export type Subschema = { readonly schema: JsonObject; readonly isInPlace: boolean }

/** The schemas that stand in a schema; keywords that nobody knows are read as if theirs were schemas. */
export function subschemasOf(schema: JsonObject): Subschema[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (DATA.has(keyword)) return []
    const isInPlace = IN_PLACE.has(keyword)
    const values: readonly unknown[] =
      NAMED.has(keyword) && isObject(value)
        ? Object.values(value)
        : Array.isArray(value)
          ? value
          : [value]
    return values.filter(isObject).map((inner) => ({ schema: inner, isInPlace }))
  })
}
