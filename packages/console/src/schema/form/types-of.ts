import { typeNames } from '../check/check-value.ts'
import { valuesOf, type Conjunction } from '../resolve/conjunction.ts'
import { keyword } from '../resolve/document.ts'

const ALL = ['object', 'array', 'string', 'number', 'boolean', 'null']

/** Keywords that only one type of value can mean, for schemas that leave `type` out. */
const MEANT: readonly (readonly [string, readonly string[]])[] = [
  ['object', ['properties', 'additionalProperties', 'patternProperties', 'required']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format', 'contentEncoding']],
  ['number', ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']],
]

/** The types that a value may have here: what all schemas agree on; none when they contradict each other. */
export function typesOf(conjunction: Conjunction): readonly string[] {
  let types: readonly string[] | undefined
  for (const schema of conjunction.schemas) {
    const named = typeNames(schema)
    if (named.length === 0) continue
    const all = keyword(schema, 'nullable') === true ? [...named, 'null'] : named
    types = types === undefined ? [...new Set(all)] : both(types, all)
  }
  return types ?? meantTypes(conjunction)
}

/** An integer is a number, so the two agree on integer. */
function both(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.flatMap((type) => {
    if (right.includes(type)) return [type]
    if (type === 'integer' && right.includes('number')) return ['integer']
    return type === 'number' && right.includes('integer') ? ['integer'] : []
  })
}

function meantTypes(conjunction: Conjunction): readonly string[] {
  const meant = MEANT.find(([, keywords]) =>
    keywords.some((keyword) => valuesOf(conjunction, keyword).length > 0),
  )
  return meant === undefined ? ALL : [meant[0]]
}
