import { itemSchemas } from '../check/check-array.ts'
import { memberSchemas } from '../check/check-object.ts'
import { sizeOf } from '../check/check-string.ts'
import { isObject } from '../exact/json.ts'
import { valuesOf, type Conjunction } from '../resolve/conjunction.ts'
import { isKeywords, keyword, type Keywords } from '../resolve/document.ts'
import type { Place, Schemas, Shape } from './shape.ts'

/** The fields of an object: what it names, in the order of the schema, and whether names may be added. */
export function objectShape({ value }: Place, conjunction: Conjunction): Shape {
  const { schemas } = conjunction
  const schemasOf = (name: string): Schemas =>
    schemas.flatMap((schema) => memberSchemas(schema, name))
  const required = new Set(requiredNames(conjunction, isObject(value) ? Object.keys(value) : []))
  const listed = valuesOf(conjunction, 'properties').flatMap((all) =>
    isKeywords(all) ? Object.keys(all) : [],
  )
  const names = new Set([...listed, ...required])
  return {
    kind: 'object',
    members: [...names]
      .map((name) => ({ name, schemas: schemasOf(name), required: required.has(name) }))
      .filter((member) => member.required || !member.schemas.includes(false)),
    isOpen: !schemas.some(isClosed) && (listed.length === 0 || schemas.some(namesMore)),
    namePatterns: valuesOf(conjunction, 'patternProperties').flatMap((all) =>
      isKeywords(all) ? Object.keys(all) : [],
    ),
    schemasOf,
  }
}

function requiredNames(conjunction: Conjunction, present: readonly string[]): readonly string[] {
  const dependent = valuesOf(conjunction, 'dependentRequired').flatMap((all) =>
    isKeywords(all) ? present.map((name) => keyword(all, name)) : [],
  )
  return [...valuesOf(conjunction, 'required'), ...dependent]
    .flatMap((names) => (Array.isArray(names) ? names : []))
    .filter((name) => typeof name === 'string')
}

/** No other names: unless a pattern lets some in. */
function isClosed(schema: Keywords): boolean {
  const patterns = keyword(schema, 'patternProperties')
  const hasPatterns = isKeywords(patterns) && Object.keys(patterns).length > 0
  return keyword(schema, 'additionalProperties') === false && !hasPatterns
}

/** Other names are spoken of, so that somebody means to send some. */
function namesMore(schema: Keywords): boolean {
  const additional = keyword(schema, 'additionalProperties')
  const patterns = keyword(schema, 'patternProperties')
  return (
    (additional !== undefined && additional !== false) ||
    (isKeywords(patterns) && Object.keys(patterns).length > 0)
  )
}

/** The items of an array; of a tuple, each place has its own schemas. */
export function arrayShape(conjunction: Conjunction): Shape {
  const all = conjunction.schemas.map(itemSchemas)
  const sizes = conjunction.schemas.map((schema) => sizeOf(schema, 'maxItems'))
  const max = Math.min(...sizes.filter((size) => size !== undefined), Infinity)
  return {
    kind: 'array',
    schemasAt: (index) =>
      all.flatMap(({ prefix, rest }) => {
        const schema = index < prefix.length ? prefix[index] : rest
        return schema === undefined ? [] : [schema]
      }),
    prefixLength: Math.max(...all.map(({ prefix }) => prefix.length), 0),
    isOpen: all.every(({ rest }) => rest !== false),
    max: max === Infinity ? undefined : max,
  }
}
