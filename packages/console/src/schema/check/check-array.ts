import { canonical } from '../exact/equality.ts'
import type { Json } from '../exact/json.ts'
import { keyword, type Keywords } from '../resolve/document.ts'
import { sizeOf } from './check-string.ts'
import { forOtherValue, issuesOf, report, type Checking } from './checking.ts'

/** Checks an array and its items; draft 7's tuple form of `items` too (JSON Schema core §10.3.1). */
export function checkArray(here: Checking, schema: Keywords, items: readonly Json[]): void {
  const min = sizeOf(schema, 'minItems')
  const max = sizeOf(schema, 'maxItems')
  if (min !== undefined && items.length < min)
    report(here, 'too_few_items', { wanted: String(min) })
  if (max !== undefined && items.length > max)
    report(here, 'too_many_items', { wanted: String(max) })
  if (
    keyword(schema, 'uniqueItems') === true &&
    new Set(items.map(canonical)).size < items.length
  ) {
    report(here, 'not_unique')
  }
  const { prefix, rest } = itemSchemas(schema)
  for (const [index, item] of items.entries()) {
    const of = index < prefix.length ? prefix[index] : rest
    if (of !== undefined) here.check(here, of, item, index)
  }
  if (Object.hasOwn(schema, 'contains')) checkContains(here, schema, items)
}

/** The schemas of the first items and of all others, in the form of 2020-12 or of draft 7. */
export function itemSchemas(schema: Keywords): { prefix: readonly unknown[]; rest: unknown } {
  const items = keyword(schema, 'items')
  const prefix = keyword(schema, 'prefixItems')
  if (Array.isArray(items)) return { prefix: items, rest: keyword(schema, 'additionalItems') }
  return { prefix: Array.isArray(prefix) ? prefix : [], rest: items }
}

function checkContains(here: Checking, schema: Keywords, items: readonly Json[]): void {
  const inner = forOtherValue(here)
  const count = items.filter(
    (item) => issuesOf(inner, schema['contains'], item).length === 0,
  ).length
  const min = sizeOf(schema, 'minContains') ?? 1
  const max = sizeOf(schema, 'maxContains')
  if (count < min) report(here, 'too_few_items', { wanted: String(min) })
  if (max !== undefined && count > max) report(here, 'too_many_items', { wanted: String(max) })
}
