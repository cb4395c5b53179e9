import { isObject, subschemasOf, type JsonObject } from './schema-keywords.ts'
import { resolveReferences, schemasIn, type References } from './schema-references.ts'

/** A schema of a tool, at most, in characters of JSON: more is no use to a model, and is not kept by the control plane either. */
export const SCHEMA_CHARS_MAX = 262_144
/** How deep a schema may nest, in levels: whoever shows or compiles it recurses. */
export const SCHEMA_DEPTH_MAX = 64
/** Schemas that may follow from one when every reference is written out: a doubling chain of twenty passes it. */
const EXPANDED_MAX = 1_000_000
/** How long a chain of references may be: a resolver recurses along it. */
const REFERENCE_DEPTH_MAX = 256
/** How deep the written-out schema may nest, in schemas: whoever writes it out recurses, and so do we. */
const EXPANDED_DEPTH_MAX = 2_048

/**
 * Why a schema may harm whoever reads it; null when it does not. It is measured, not validated: bounded, closed
 * in itself, and finite when its references are followed (MCP 2026-07-28, tools: never dereference `$ref`).
 */
export function schemaFault(schema: unknown): string | null {
  if (!isObject(schema)) return 'it is not a JSON object'
  if (isDeeper(schema, SCHEMA_DEPTH_MAX)) return `it nests deeper than ${SCHEMA_DEPTH_MAX} levels`
  const schemas = schemasIn(schema)
  const references = resolveReferences(schema, schemas)
  if (references.kind === 'fault') return references.reason
  return shapeFault(schemas) ?? endlessFault(schemas, references) ?? sizeFault(schema, references)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

const TYPES: ReadonlySet<unknown> = new Set([
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
])

/** The few shapes without which model APIs refuse the whole conversation. */
function shapeFault(schemas: readonly JsonObject[]): string | null {
  for (const { type, properties, required } of schemas) {
    const types: readonly unknown[] = Array.isArray(type) ? type : [type ?? 'object']
    if (!types.every((one) => TYPES.has(one))) return 'its `type` is none of JSON Schema’s'
    if (properties !== undefined && !isObject(properties)) return 'its `properties` is no object'
    const isListed =
      required === undefined ||
      typeof required === 'boolean' ||
      (Array.isArray(required) && required.every((one) => typeof one === 'string'))
    if (!isListed) return 'its `required` is no list of names'
    for (const property of Object.values(properties ?? {})) {
      if (!isObject(property) && typeof property !== 'boolean')
        return 'one of its `properties` is no schema'
    }
  }
  return null
}

type LocalReferences = Extract<References, { kind: 'local' }>

/** Schemas that lead back to themselves without going into the value: no validator would come to an end. */
function endlessFault(
  schemas: readonly JsonObject[],
  { targetsOf }: LocalReferences,
): string | null {
  const done = new Set<JsonObject>()
  const open = new Set<JsonObject>()
  const visit = (schema: JsonObject): string | null => {
    if (done.has(schema)) return null
    if (open.has(schema)) return 'its references lead in a circle'
    if (open.size >= REFERENCE_DEPTH_MAX) return 'its references are too long a chain'
    open.add(schema)
    const inPlace = subschemasOf(schema).filter(({ isInPlace }) => isInPlace)
    for (const next of [...inPlace.map((inner) => inner.schema), ...targetsOf(schema)]) {
      const fault = visit(next)
      if (fault !== null) return fault
    }
    open.delete(schema)
    done.add(schema)
    return null
  }
  for (const schema of schemas) {
    const fault = visit(schema)
    if (fault !== null) return fault
  }
  return null
}

/** How much the schema is when references are written out; one that leads back into itself counts once. */
function sizeFault(root: JsonObject, { targetsOf }: LocalReferences): string | null {
  const sizes = new Map<JsonObject, number>()
  const open = new Set<JsonObject>()
  const sizeOf = (schema: JsonObject): number => {
    const known = sizes.get(schema)
    if (known !== undefined) return known
    if (open.has(schema)) return 1
    if (open.size >= EXPANDED_DEPTH_MAX) return EXPANDED_MAX
    open.add(schema)
    let size = 1
    for (const { schema: inner } of subschemasOf(schema)) size += sizeOf(inner)
    for (const target of targetsOf(schema)) size += sizeOf(target)
    open.delete(schema)
    size = Math.min(size, EXPANDED_MAX)
    sizes.set(schema, size)
    return size
  }
  return sizeOf(root) >= EXPANDED_MAX ? 'its references multiply it beyond measure' : null
}
