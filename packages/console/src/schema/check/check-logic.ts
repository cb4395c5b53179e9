import type { Json } from '../exact/json.ts'
import { isKeywords, keyword, type Keywords } from '../resolve/document.ts'
import { issuesOf, report, type Checking } from './checking.ts'
import { choiceKey } from './choice-key.ts'
import type { Issue } from './issue.ts'

/** Checks what joins schemas: references, allOf, anyOf, oneOf, not, if (JSON Schema core §10.2). */
export function checkLogic(here: Checking, schema: Keywords, value: Json): void {
  for (const name of ['$ref', '$dynamicRef']) {
    const reference = keyword(schema, name)
    if (typeof reference !== 'string') continue
    const target = here.document.find(reference)
    if (target !== undefined) here.check(here, target, value)
  }
  const all = keyword(schema, 'allOf')
  if (Array.isArray(all)) for (const part of all) here.check(here, part, value)
  checkVariants(here, schema, value, 'anyOf')
  checkVariants(here, schema, value, 'oneOf')
  if (Object.hasOwn(schema, 'not') && issuesOf(here, schema['not'], value).length === 0) {
    report(here, 'forbidden')
  }
  if (!Object.hasOwn(schema, 'if')) return
  const branch = issuesOf(here, schema['if'], value).length === 0 ? 'then' : 'else'
  if (Object.hasOwn(schema, branch)) here.check(here, schema[branch], value)
}

function checkVariants(
  here: Checking,
  schema: Keywords,
  value: Json,
  name: 'anyOf' | 'oneOf',
): void {
  const variants = keyword(schema, name)
  if (!Array.isArray(variants) || variants.length === 0) return
  const found = variants.map((variant: unknown) => issuesOf(here, variant, value))
  const fitting = found.filter((issues) => issues.length === 0).length
  if (fitting === 1 || (name === 'anyOf' && fitting > 1)) return
  if (!here.budget.complete) return // not all variants were looked at
  if (fitting > 1) return report(here, 'many_variants', { wanted: String(fitting) })
  const names = requiredOnly(variants)
  if (names !== undefined) return report(here, 'required_one_of', { wanted: names })
  const chosen = here.choices.get(choiceKey(here.path, name))
  const issues = chosen === undefined ? nearest(found) : found[chosen]
  if (issues === undefined || issues.length === 0) report(here, 'no_variant')
  else here.issues.push(...issues)
}

/** The faults of the variant that the value is nearest to: a wrong type is further than a missing member. */
function nearest(found: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const weight = (issues: readonly Issue[]): number =>
    issues.reduce((sum, { code }) => sum + (FAR.has(code) ? 10 : 1), 0)
  return found.toSorted((a, b) => weight(a) - weight(b))[0]
}

const FAR = new Set(['wrong_type', 'not_allowed', 'forbidden'])

/** "phone or email" when all that each variant asks for is some names. */
function requiredOnly(variants: readonly unknown[]): string | undefined {
  const names: string[] = []
  for (const variant of variants) {
    if (!isKeywords(variant) || Object.keys(variant).join() !== 'required') return undefined
    const required = variant['required']
    if (!Array.isArray(required)) return undefined
    names.push(required.join(' + '))
  }
  return names.join(', ')
}
