import { checkValue } from '../check/check-value.ts'
import { typeOf, type Json } from '../exact/json.ts'
import { conjunctionOf, textOf, valuesOf, type Conjunction } from '../resolve/conjunction.ts'
import { isKeywords, keyword, type SchemaDocument } from '../resolve/document.ts'
import { labelOf, optionsOf } from './options-of.ts'
import type { Place, Variant } from './shape.ts'
import { typesOf } from './types-of.ts'

/** Variants of which one has to be picked before a value can be edited. */
export type Union = {
  readonly name: 'oneOf' | 'anyOf' | 'type'
  readonly variants: readonly Variant[]
  /** What it was read from: the same union is not offered twice. */
  readonly source: unknown
}

/** Variants that are offered; a longer list is edited as JSON. */
const VARIANTS_MAX = 200
/** Schema visits to see whether a value fits one variant: this is done at each drawing. */
const VISITS_MAX = 1_000

/** The first union at a place that decides how it is edited; conditions such as "one of these names" are none. */
export function unionOf(
  document: SchemaDocument,
  conjunction: Conjunction,
  settled: ReadonlySet<unknown>,
): Union | undefined {
  for (const name of ['oneOf', 'anyOf'] as const) {
    for (const source of valuesOf(conjunction, name)) {
      if (!Array.isArray(source) || settled.has(source) || source.length === 0) continue
      if (source.length > VARIANTS_MAX) continue
      const parts = source.map((variant: unknown) => conjunctionOf(document, [variant]))
      if (!parts.some(shapes)) continue
      const mark = discriminatorOf(document, conjunction, parts)
      const variants = source.map((variant: unknown, index) => ({
        label: labelOfVariant(document, parts[index], mark),
        schemas: [variant],
      }))
      return { name, variants, source }
    }
  }
  const types = typesOf(conjunction)
  if (types.length < 2 || types.length > TYPES_MAX) return undefined
  const variants = types.map((type) => ({ label: type, schemas: [{ type }] }))
  return { name: 'type', variants, source: 'type' }
}

/** All six types are no choice but "anything": edited as JSON. */
const TYPES_MAX = 5

/** Keywords that say how a value looks; `required` and `not` only say when it is right. */
const SHAPING =
  'type properties const enum items prefixItems additionalProperties oneOf anyOf format'.split(' ')

function shapes(part: Conjunction): boolean {
  return SHAPING.some((name) => valuesOf(part, name).length > 0)
}

/** The variant to show: the person's, else the one that the value fits or is nearest to, else the first. */
export function chosenVariant(place: Place, union: Union, choice: number | undefined): number {
  if (choice !== undefined && choice < union.variants.length) return choice
  const { document, value } = place
  if (value === undefined) return 0
  const found = union.variants.map(({ schemas: [schema] }) =>
    checkValue(document, schema, value, { visitsMax: VISITS_MAX }),
  )
  const fitting = found.findIndex(({ issues }) => issues.length === 0)
  if (fitting >= 0) return fitting
  const near = union.variants.findIndex(({ schemas }) => isNear(document, schemas, value))
  return Math.max(near, 0)
}

/** Of the same type, and with the same fixed members. */
function isNear(document: SchemaDocument, schemas: readonly unknown[], value: Json): boolean {
  const part = conjunctionOf(document, schemas)
  const types = typesOf(part)
  if (
    !types.includes(typeOf(value)) &&
    !(types.includes('integer') && typeOf(value) === 'number')
  ) {
    return false
  }
  const { issues } = checkValue(document, schemas[0], value, { visitsMax: VISITS_MAX })
  return !issues.some(({ code }) => code === 'not_allowed')
}

/** The member that tells variants apart: named by OpenAPI's `discriminator`, or fixed in every variant. */
function discriminatorOf(
  document: SchemaDocument,
  conjunction: Conjunction,
  parts: readonly Conjunction[],
): string | undefined {
  const told = valuesOf(conjunction, 'discriminator')[0]
  if (isKeywords(told) && typeof told['propertyName'] === 'string') return told['propertyName']
  const [first] = parts
  if (first === undefined) return undefined
  return propertyNames(first).find((name) =>
    parts.every((part) => fixedMember(document, part, name) !== undefined),
  )
}

function propertyNames(part: Conjunction): readonly string[] {
  return valuesOf(part, 'properties').flatMap((all) => (isKeywords(all) ? Object.keys(all) : []))
}

function fixedMember(document: SchemaDocument, part: Conjunction, name: string): Json | undefined {
  const schemas = valuesOf(part, 'properties').flatMap((all) => {
    const schema = isKeywords(all) ? keyword(all, name) : undefined
    return schema === undefined ? [] : [schema]
  })
  if (schemas.length === 0) return undefined
  const options = optionsOf(document, conjunctionOf(document, schemas))
  return options?.length === 1 ? options[0]?.value : undefined
}

function labelOfVariant(
  document: SchemaDocument,
  part: Conjunction | undefined,
  mark: string | undefined,
): string | undefined {
  if (part === undefined) return undefined
  const title = textOf(part, 'title')
  if (title !== undefined) return title
  const fixed = mark === undefined ? undefined : fixedMember(document, part, mark)
  if (fixed !== undefined) return labelOf(fixed)
  const options = optionsOf(document, part)
  if (options?.length === 1) return options[0]?.label
  const format = textOf(part, 'format')
  const types = typesOf(part)
  return types.length > TYPES_MAX ? undefined : (format ?? types.join(' | '))
}
