import type { JsonObject } from '../exact/json.ts'
import { conjunctionOf, textOf, valuesOf } from '../resolve/conjunction.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import { fieldOf } from './field-of.ts'

/** The arguments without what the schema calls a password or write-only: those must not stand in an address. */
export function withoutSecrets(document: SchemaDocument, value: JsonObject): JsonObject {
  const place = { document, path: [], value, choices: new Map<string, number>() }
  const { shape } = fieldOf(place, [document.root])
  if (shape.kind !== 'object') return value
  const members = Object.entries(value).filter(([name]) => {
    const conjunction = conjunctionOf(document, shape.schemasOf(name))
    const isWriteOnly = valuesOf(conjunction, 'writeOnly').includes(true)
    return !isWriteOnly && textOf(conjunction, 'format') !== 'password'
  })
  return Object.fromEntries(members)
}
