import { matchPattern } from '../pattern/match-pattern.ts'
import { keyword, type Keywords } from '../resolve/document.ts'
import { hasFormat } from './check-format.ts'
import { report, type Checking } from './checking.ts'

/** Checks a text: length in code points, pattern within bounds, format (JSON Schema validation §6.3, §7). */
export function checkString(here: Checking, schema: Keywords, text: string): void {
  const min = sizeOf(schema, 'minLength')
  const max = sizeOf(schema, 'maxLength')
  if (min !== undefined || max !== undefined) {
    const length = codePoints(text)
    if (min !== undefined && length < min) report(here, 'too_short', { wanted: String(min) })
    if (max !== undefined && length > max) report(here, 'too_long', { wanted: String(max) })
  }
  const pattern = keyword(schema, 'pattern')
  if (typeof pattern === 'string') {
    const verdict = matchPattern(pattern, text, here.budget.pattern)
    if (verdict === 'differs') report(here, 'pattern', { wanted: pattern })
    if (verdict === 'unchecked') here.budget.complete = false
  }
  const format = keyword(schema, 'format')
  if (typeof format === 'string' && !hasFormat(format, text)) {
    report(here, 'format', { wanted: format })
  }
  if (keyword(schema, 'contentEncoding') === 'base64' && !hasFormat('byte', text)) {
    report(here, 'format', { wanted: 'base64' })
  }
}

/** A size keyword; undefined when absent or no whole number. */
export function sizeOf(schema: Keywords, name: string): number | undefined {
  const value = keyword(schema, name)
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}

/** Length as JSON Schema counts it: surrogate pairs are one. */
function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
