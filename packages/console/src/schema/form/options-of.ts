import { canonical } from '../exact/equality.ts'
import type { Json } from '../exact/json.ts'
import { fromPlain, writeJson } from '../exact/write-json.ts'
import { conjunctionOf, textOf, valuesOf, type Conjunction } from '../resolve/conjunction.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import type { Option } from './shape.ts'

/** Options that are offered; a longer list is typed as JSON and checked. */
const OPTIONS_MAX = 2_000

/**
 * The values to choose from: `const`, `enum`, or variants that are one value each, with their titles
 * (SEP-1330). What all lists have in common; undefined when the value is free.
 */
export function optionsOf(
  document: SchemaDocument,
  conjunction: Conjunction,
): readonly Option[] | undefined {
  const lists = [
    ...valuesOf(conjunction, 'const').map((value) => optionsFrom([value], [])),
    ...valuesOf(conjunction, 'enum').map((values) =>
      Array.isArray(values) && values.length <= OPTIONS_MAX
        ? optionsFrom(values, namesOf(conjunction))
        : undefined,
    ),
    ...['oneOf', 'anyOf'].flatMap((name) =>
      valuesOf(conjunction, name).map((variants) => titledOptions(document, variants)),
    ),
  ].filter((list) => list !== undefined)
  const [first, ...others] = lists
  if (first === undefined) return undefined
  return others.reduce((common, list) => {
    const values = new Set(list.map(({ value }) => canonical(value)))
    return common.filter(({ value }) => values.has(canonical(value)))
  }, first)
}

function optionsFrom(values: readonly unknown[], names: readonly unknown[]): readonly Option[] {
  return values.flatMap((plain, index) => {
    const value = fromPlain(plain)
    if (value === undefined) return []
    const name = names[index]
    return [{ value, label: typeof name === 'string' ? name : labelOf(value) }]
  })
}

function namesOf(conjunction: Conjunction): readonly unknown[] {
  const names = valuesOf(conjunction, 'enumNames')[0]
  return Array.isArray(names) ? names : []
}

function titledOptions(document: SchemaDocument, variants: unknown): readonly Option[] | undefined {
  if (!Array.isArray(variants) || variants.length < 2 || variants.length > OPTIONS_MAX) {
    return undefined
  }
  const options: Option[] = []
  for (const variant of variants) {
    const inner = conjunctionOf(document, [variant])
    const fixed = valuesOf(inner, 'const')
    const value = fixed.length === 1 ? fromPlain(fixed[0]) : undefined
    if (value === undefined) return undefined
    options.push({ value, label: textOf(inner, 'title') ?? labelOf(value) })
  }
  return options
}

/** A value as a label: texts as they are, all else as JSON. */
export function labelOf(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value, 0)
}
