import { choiceKey } from '../check/choice-key.ts'
import type { Json } from '../exact/json.ts'
import { fromPlain } from '../exact/write-json.ts'
import { conjunctionOf, textOf, valuesOf, type Conjunction } from '../resolve/conjunction.ts'
import { notesOf } from '../resolve/notes-of.ts'
import { arrayShape, objectShape } from './container-shape.ts'
import { optionsOf } from './options-of.ts'
import type { Bound, Field, Place, Schemas, Shape } from './shape.ts'
import { chosenVariant, unionOf, type Union } from './union-of.ts'
import { typesOf } from './types-of.ts'
import { withBranches } from './with-branches.ts'

/** Unions inside unions at one place; deeper ones are edited as JSON. */
const UNIONS_MAX = 8

/** Reads how one place is edited; never throws and never looks further than one level down. */
export function fieldOf(
  place: Place,
  schemas: Schemas,
  settled: ReadonlySet<unknown> = new Set(),
): Field {
  const conjunction = withBranches(place, conjunctionOf(place.document, schemas))
  const fallback = valuesOf(conjunction, 'default')[0]
  const header = textOf(conjunction, 'x-mcp-header')
  return {
    title: textOf(conjunction, 'title'),
    description: textOf(conjunction, 'description'),
    fallback: fallback === undefined ? undefined : fromPlain(fallback),
    examples: examplesOf(conjunction),
    isDeprecated: valuesOf(conjunction, 'deprecated').includes(true),
    header,
    bounds: boundsOf(conjunction),
    notes: notesOf(conjunction),
    shape: shapeOf(place, conjunction, settled),
  }
}

function shapeOf(place: Place, conjunction: Conjunction, settled: ReadonlySet<unknown>): Shape {
  if (conjunction.never) return { kind: 'never' }
  const options = optionsOf(place.document, conjunction)
  if (options !== undefined) {
    const [only] = options
    if (only === undefined) return { kind: 'never' }
    return options.length === 1 ? { kind: 'fixed', value: only.value } : { kind: 'choice', options }
  }
  const union =
    settled.size < UNIONS_MAX ? unionOf(place.document, conjunction, settled) : undefined
  if (union !== undefined) return unionShape(place, conjunction, union, settled)
  const [type, ...others] = typesOf(conjunction)
  if (type === undefined) return { kind: 'never' }
  return others.length > 0 ? { kind: 'any' } : shapeOfType(place, conjunction, type)
}

function unionShape(
  place: Place,
  conjunction: Conjunction,
  union: Union,
  settled: ReadonlySet<unknown>,
): Shape {
  const nested = settled.size === 0 ? union.name : `${union.name}/${settled.size}`
  const key = choiceKey(place.path, nested)
  const chosen = chosenVariant(place, union, place.choices.get(key))
  const variant = union.variants[chosen]
  const inner = fieldOf(
    place,
    [...conjunction.schemas, ...(variant?.schemas ?? [])],
    new Set([...settled, union.source]),
  )
  return { kind: 'union', key, variants: union.variants, chosen, inner }
}

/** Texts that may be longer than this get a field of several lines, in characters. */
const SHORT_MAX = 120

function shapeOfType(place: Place, conjunction: Conjunction, type: string): Shape {
  switch (type) {
    case 'object':
      return objectShape(place, conjunction)
    case 'array':
      return arrayShape(conjunction)
    case 'boolean':
      return { kind: 'boolean' }
    case 'null':
      return { kind: 'fixed', value: null }
    case 'number':
    case 'integer':
      return { kind: 'number', isInteger: type === 'integer' }
    case 'string':
      return textShape(conjunction)
    default:
      return { kind: 'any' }
  }
}

function textShape(conjunction: Conjunction): Shape {
  const format = textOf(conjunction, 'format')
  const isFile =
    format === 'binary' || format === 'byte' || textOf(conjunction, 'contentEncoding') === 'base64'
  if (isFile) return { kind: 'file', mediaType: textOf(conjunction, 'contentMediaType') }
  const lengths = valuesOf(conjunction, 'maxLength').filter((value) => typeof value === 'number')
  return {
    kind: 'text',
    format,
    isLong: format === undefined && Math.min(...lengths, Infinity) > SHORT_MAX,
  }
}

/** Examples that are shown. */
const EXAMPLES_MAX = 3

function examplesOf(conjunction: Conjunction): readonly Json[] {
  const listed = valuesOf(conjunction, 'examples').flatMap((list) =>
    Array.isArray(list) ? list : [],
  )
  return [...listed, ...valuesOf(conjunction, 'example')]
    .slice(0, EXAMPLES_MAX)
    .map((example) => fromPlain(example))
    .filter((example) => example !== undefined)
}

const BOUNDS =
  `minLength maxLength pattern minimum exclusiveMinimum maximum exclusiveMaximum multipleOf
  minItems maxItems uniqueItems minProperties maxProperties`.split(/\s+/)

function boundsOf(conjunction: Conjunction): readonly Bound[] {
  return BOUNDS.flatMap((keyword) =>
    valuesOf(conjunction, keyword)
      .filter((value) => ['number', 'string', 'boolean'].includes(typeof value) && value !== false)
      .map((value) => ({ keyword, value: String(value) })),
  )
}
