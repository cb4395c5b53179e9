import { canonicalNumber } from './decimal.ts'
import { isArray, isNumber, isObject, type Json } from './json.ts'

/** One text per value: equal exactly when the values are equal as JSON Schema means it (core §4.2.2). */
export function canonical(value: Json): string {
  if (isNumber(value)) return canonicalNumber(value.text)
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`)
  return `{${members.join(',')}}`
}

/** Whether two values are equal: order of members and spelling of numbers do not matter. */
export function equals(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b)
}
