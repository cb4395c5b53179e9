import { compareDecimals, isMultipleOf } from '../exact/decimal.ts'
import { keyword, type Keywords } from '../resolve/document.ts'
import { report, type Checking } from './checking.ts'

/** Checks a number by its digits, never as a double: 0.3 is a multiple of 0.1 (JSON Schema validation §6.2). */
export function checkNumber(here: Checking, schema: Keywords, text: string): void {
  const compare = (name: string, wrong: (order: number) => boolean): string | undefined => {
    const bound = numberOf(schema, name)
    const order = bound === undefined ? undefined : compareDecimals(text, bound)
    return order !== undefined && wrong(order) ? bound : undefined
  }
  // OpenAPI 3.0 and draft 4 say `exclusiveMinimum: true` beside `minimum`.
  const openBelow = keyword(schema, 'exclusiveMinimum') === true
  const openAbove = keyword(schema, 'exclusiveMaximum') === true
  const least = compare('minimum', (order) => order < 0 || (openBelow && order === 0))
  const most = compare('maximum', (order) => order > 0 || (openAbove && order === 0))
  const above = compare('exclusiveMinimum', (order) => order <= 0)
  const below = compare('exclusiveMaximum', (order) => order >= 0)
  if (least !== undefined)
    report(here, 'too_small', { wanted: `${openBelow ? '>' : '≥'} ${least}` })
  if (above !== undefined) report(here, 'too_small', { wanted: `> ${above}` })
  if (most !== undefined) report(here, 'too_large', { wanted: `${openAbove ? '<' : '≤'} ${most}` })
  if (below !== undefined) report(here, 'too_large', { wanted: `< ${below}` })
  const step = numberOf(schema, 'multipleOf')
  if (step !== undefined && isMultipleOf(text, step) === false) {
    report(here, 'not_multiple', { wanted: step })
  }
}

function numberOf(schema: Keywords, name: string): string | undefined {
  const value = keyword(schema, name)
  return typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : undefined
}
