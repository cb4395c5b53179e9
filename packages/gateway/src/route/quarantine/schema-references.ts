import { isObject, subschemasOf, type JsonObject } from './schema-keywords.ts'

/** Keywords that refer to another schema (JSON Schema 2020-12 §8.2.3, and 2019-09's). */
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const

/** Where the references of a schema lead, or why one leads nowhere that may be looked at. */
export type References =
  | { readonly kind: 'local'; readonly targetsOf: (schema: JsonObject) => readonly JsonObject[] }
  | { readonly kind: 'fault'; readonly reason: string }

/** Longer references are shown cut, in characters. */
const SHOWN_CHARS = 80

/**
 * Resolves every reference inside the schema itself: by pointer, anchor, or the `$id` of a schema that stands in
 * it. Nothing is ever fetched; one that would have to be is a fault.
 */
export function resolveReferences(root: JsonObject, schemas: readonly JsonObject[]): References {
  const named = namesIn(root, schemas)
  const targets = new Map<JsonObject, JsonObject[]>()
  for (const schema of schemas) {
    for (const keyword of REFERENCES) {
      const reference = schema[keyword]
      if (reference === undefined) continue
      const shown = `${keyword} ${JSON.stringify(reference).slice(0, SHOWN_CHARS)}`
      if (typeof reference !== 'string') return fault(`${shown} is not a string`)
      const target = resolve(root, named, reference)
      if (target === undefined) {
        const isLocal = reference.startsWith('#')
        return fault(
          isLocal ? `${shown} leads to nothing in it` : `${shown} leads outside of the schema`,
        )
      }
      if (target === true) continue
      targets.set(schema, [...(targets.get(schema) ?? []), target])
    }
  }
  return { kind: 'local', targetsOf: (schema) => targets.get(schema) ?? [] }
}

function fault(reason: string): References {
  return { kind: 'fault', reason }
}

function namesIn(
  root: JsonObject,
  schemas: readonly JsonObject[],
): ReadonlyMap<string, JsonObject> {
  const named = new Map<string, JsonObject>([['#', root]])
  for (const schema of schemas) {
    const { $id: id, $anchor: anchor, $dynamicAnchor: dynamic } = schema
    if (typeof id === 'string') named.set(id.replace(/#$/, ''), schema)
    for (const one of [anchor, dynamic]) if (typeof one === 'string') named.set(`#${one}`, schema)
  }
  return named
}

/** The schema that a reference names; true for a boolean one. */
function resolve(
  root: JsonObject,
  named: ReadonlyMap<string, JsonObject>,
  reference: string,
): JsonObject | true | undefined {
  const known = named.get(reference)
  if (known !== undefined) return known
  const hash = reference.indexOf('#')
  const base = hash <= 0 ? root : named.get(reference.slice(0, hash))
  if (hash === -1 || base === undefined || reference[hash + 1] !== '/') return undefined
  let at: unknown = base
  for (const raw of reference.slice(hash + 2).split('/')) {
    const key = decodePointer(raw)
    at =
      key !== undefined && (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key)
        ? Reflect.get(at, key)
        : undefined
  }
  if (typeof at === 'boolean') return true
  return isObject(at) ? at : undefined
}

/** One step of a JSON pointer in a URI fragment (RFC 6901 §6); undefined when it is none. */
function decodePointer(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    // A per-cent sign that encodes nothing: such a pointer points nowhere.
    return undefined
  }
}

/** Every schema that stands in a schema, itself first. */
export function schemasIn(root: JsonObject): JsonObject[] {
  const found = [root]
  for (const schema of found) found.push(...subschemasOf(schema).map((inner) => inner.schema))
  return found
}
