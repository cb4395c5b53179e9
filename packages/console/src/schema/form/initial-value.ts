import type { Json, JsonObject } from '../exact/json.ts'
import { isObject } from '../exact/json.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import { fieldOf } from './field-of.ts'
import type { Field, Schemas } from './shape.ts'

/** Required objects inside required objects that are made at once; deeper ones are added by hand. */
const DEPTH_MAX = 6

/** The arguments that a form starts with: required members that have only one value, or a default. */
export function initialArguments(document: SchemaDocument): JsonObject {
  const value = initialValue(document, [document.root])
  return isObject(value) ? value : {}
}

/** What a required value starts as; undefined when a person has to say. */
export function initialValue(
  document: SchemaDocument,
  schemas: Schemas,
  choices: ReadonlyMap<string, number> = new Map(),
): Json | undefined {
  return startOf(document, fieldOf({ document, path: [], value: undefined, choices }, schemas), 0)
}

function startOf(document: SchemaDocument, field: Field, depth: number): Json | undefined {
  if (field.fallback !== undefined) return field.fallback
  const { shape } = field
  if (shape.kind === 'fixed') return shape.value
  if (shape.kind === 'array') return []
  if (shape.kind === 'union') return startOf(document, shape.inner, depth + 1)
  if (shape.kind !== 'object') return undefined
  const members: [string, Json][] = []
  for (const { name, schemas, required } of depth < DEPTH_MAX ? shape.members : []) {
    if (!required) continue
    const place = { document, path: [], value: undefined, choices: new Map<string, number>() }
    const value = startOf(document, fieldOf(place, schemas), depth + 1)
    if (value !== undefined) members.push([name, value])
  }
  return Object.fromEntries(members)
}
