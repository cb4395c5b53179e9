/** One argument of a tool, as its schema names it at the top level. */
export type SchemaArgument = {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly description: string
}

type Json = Readonly<Record<string, unknown>>

/** The arguments of a tool by its input schema; what is no object schema has none. */
export function outlineOf(schema: unknown): SchemaArgument[] {
  if (!isObject(schema) || !isObject(schema['properties'])) return []
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(schema['properties']).map(([name, property]) => ({
    name,
    type: typeOf(property),
    required: required.includes(name),
    description: isObject(property) ? textOf(property['description'] ?? property['title']) : '',
  }))
}

/** Words for the type of a schema; "any" when it does not say. */
function typeOf(schema: unknown): string {
  if (!isObject(schema)) return schema === false ? 'nothing' : 'any'
  if ('const' in schema) return JSON.stringify(schema['const']) ?? 'any'
  if (Array.isArray(schema['enum'])) return 'one of a list'
  const { type } = schema
  if (type === 'array') return `array of ${typeOf(schema['items'])}`
  if (Array.isArray(type)) return type.map(textOf).join(' or ')
  if (typeof type === 'string') {
    const format = textOf(schema['format'])
    return format === '' ? type : `${type} (${format})`
  }
  const kinds = ['oneOf', 'anyOf', 'allOf', '$ref'].filter((word) => word in schema)
  return kinds.length === 0 ? 'any' : 'a combination'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
