import type { JsonObject } from '../exact/json.ts'
import { matchPattern, type StepMeter } from '../pattern/match-pattern.ts'
import { isKeywords, keyword, type Keywords } from '../resolve/document.ts'
import { sizeOf } from './check-string.ts'
import { forOtherValue, issuesOf, report, spend, type Checking } from './checking.ts'

/** Checks an object: names that must be there, and each member by the schemas that apply to it (core §10.3.2). */
export function checkObject(here: Checking, schema: Keywords, object: JsonObject): void {
  const names = Object.keys(object)
  const min = sizeOf(schema, 'minProperties')
  const max = sizeOf(schema, 'maxProperties')
  if (min !== undefined && names.length < min) report(here, 'too_few_members', { wanted: `${min}` })
  if (max !== undefined && names.length > max)
    report(here, 'too_many_members', { wanted: `${max}` })
  requireNames(here, keyword(schema, 'required'), object)
  for (const name of names) {
    if (!spend(here, 1)) return
    const value = object[name]
    if (value === undefined) continue
    const schemas = memberSchemas(schema, name, here.budget.pattern)
    for (const of of schemas) {
      if (of === false) report(here, 'unknown_name', { at: name })
      else here.check(here, of, value, name)
    }
    const naming = keyword(schema, 'propertyNames')
    if (naming !== undefined && issuesOf(forOtherValue(here), naming, name).length > 0) {
      report(here, 'bad_name', { at: name })
    }
  }
  checkDependents(here, schema, object)
}

/** What applies to a member: its property, the patterns that its name matches, else the additional schema. */
export function memberSchemas(
  schema: Keywords,
  name: string,
  meter?: StepMeter,
): readonly unknown[] {
  const found: unknown[] = []
  const properties = keyword(schema, 'properties')
  const own = isKeywords(properties) ? keyword(properties, name) : undefined
  if (own !== undefined) found.push(own)
  const patterns = keyword(schema, 'patternProperties')
  let unsure = false
  for (const [pattern, of] of isKeywords(patterns) ? Object.entries(patterns) : []) {
    const verdict = matchPattern(pattern, name, meter)
    if (verdict === 'matches') found.push(of)
    if (verdict === 'unchecked') unsure = true
  }
  const additional = keyword(schema, 'additionalProperties')
  if (found.length === 0 && !unsure && additional !== undefined) found.push(additional)
  return found
}

function requireNames(here: Checking, names: unknown, object: JsonObject): void {
  if (!Array.isArray(names)) return
  if (!spend(here, names.length)) return
  for (const name of names) {
    if (!spend(here, 1)) return
    if (typeof name === 'string' && !Object.hasOwn(object, name))
      report(here, 'required', { at: name })
  }
}

function checkDependents(here: Checking, schema: Keywords, object: JsonObject): void {
  const required = keyword(schema, 'dependentRequired')
  const schemas = keyword(schema, 'dependentSchemas')
  for (const [name, names] of isKeywords(required) ? Object.entries(required) : []) {
    if (Object.hasOwn(object, name)) requireNames(here, names, object)
  }
  for (const [name, of] of isKeywords(schemas) ? Object.entries(schemas) : []) {
    if (Object.hasOwn(object, name)) here.check(here, of, object)
  }
}
