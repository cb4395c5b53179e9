import { checkValue } from '../check/check-value.ts'
import { isObject } from '../exact/json.ts'
import { conjunctionOf, type Conjunction } from '../resolve/conjunction.ts'
import { isKeywords, keyword, type Keywords } from '../resolve/document.ts'
import type { Place } from './shape.ts'

/** Schema visits to decide one condition: this is done at each drawing. */
const VISITS_MAX = 1_000

/** Adds what holds because of the value: `then` or `else`, and schemas of members that are there. */
export function withBranches(place: Place, conjunction: Conjunction): Conjunction {
  const added = conjunction.schemas.flatMap((schema) => [
    ...branchOf(place, schema),
    ...dependentsOf(place, schema),
  ])
  if (added.length === 0) return conjunction
  const more = conjunctionOf(place.document, [...conjunction.schemas, ...added])
  return { ...more, never: conjunction.never || more.never }
}

function branchOf({ document, value }: Place, schema: Keywords): readonly unknown[] {
  if (!Object.hasOwn(schema, 'if') || value === undefined) return []
  const { issues } = checkValue(document, schema['if'], value, { visitsMax: VISITS_MAX })
  const branch = keyword(schema, issues.length === 0 ? 'then' : 'else')
  return branch === undefined ? [] : [branch]
}

function dependentsOf({ value }: Place, schema: Keywords): readonly unknown[] {
  const dependents = keyword(schema, 'dependentSchemas')
  if (!isKeywords(dependents) || !isObject(value)) return []
  return Object.keys(value).flatMap((name) => {
    const dependent = keyword(dependents, name)
    return dependent === undefined ? [] : [dependent]
  })
}
