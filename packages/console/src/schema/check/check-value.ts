import { isInteger } from '../exact/decimal.ts'
import { equals } from '../exact/equality.ts'
import { isArray, isNumber, isObject, typeOf, type Json } from '../exact/json.ts'
import { fromPlain } from '../exact/write-json.ts'
import { isKeywords, keyword, type Keywords, type SchemaDocument } from '../resolve/document.ts'
import { checkArray } from './check-array.ts'
import { checkLogic } from './check-logic.ts'
import { checkNumber } from './check-number.ts'
import { checkObject } from './check-object.ts'
import { checkString } from './check-string.ts'
import {
  enter,
  openSchema,
  report,
  spend,
  startChecking,
  type Checking,
  type CheckOptions,
} from './checking.ts'
import type { Findings } from './issue.ts'

/** Checks a value against a schema (JSON Schema 2020-12, what of it can be checked here), within bounds. */
export function checkValue(
  document: SchemaDocument,
  schema: unknown,
  value: Json,
  options: CheckOptions = {},
): Findings {
  const checking = startChecking(document, checkSchema, options)
  checkSchema(checking, schema, value)
  return { issues: checking.issues, complete: checking.budget.complete }
}

function checkSchema(at: Checking, schema: unknown, value: Json, step?: string | number): void {
  const place = enter(at, step)
  if (place === undefined || schema === true) return
  if (schema === false) return report(place, 'forbidden')
  const here = isKeywords(schema) ? openSchema(place, schema) : undefined
  if (here === undefined || !isKeywords(schema)) return
  if (!hasType(schema, value)) {
    return report(here, 'wrong_type', { wanted: typeNames(schema).join(' | ') })
  }
  checkFixed(here, schema, value)
  if (typeof value === 'string') checkString(here, schema, value)
  else if (isNumber(value)) checkNumber(here, schema, value.text)
  else if (isArray(value)) checkArray(here, schema, value)
  else if (isObject(value)) checkObject(here, schema, value)
  checkLogic(here, schema, value)
}

/** The names under `type`; empty when every type is right. */
export function typeNames(schema: Keywords): readonly string[] {
  const type = keyword(schema, 'type')
  const names = Array.isArray(type) ? type : [type]
  return names.filter((name) => typeof name === 'string')
}

function hasType(schema: Keywords, value: Json): boolean {
  const names = typeNames(schema)
  if (names.length === 0 || (value === null && keyword(schema, 'nullable') === true)) return true
  if (names.includes(typeOf(value))) return true
  return names.includes('integer') && isNumber(value) && isInteger(value.text)
}

function checkFixed(here: Checking, schema: Keywords, value: Json): void {
  if (Object.hasOwn(schema, 'const')) {
    const wanted = fromPlain(schema['const'])
    if (wanted !== undefined && !equals(wanted, value)) {
      report(here, 'not_allowed', { wanted: shortText(schema['const']) })
    }
  }
  const choices = keyword(schema, 'enum')
  if (!Array.isArray(choices)) return
  if (!spend(here, choices.length)) return
  const fits = choices.some((choice: unknown) => {
    const wanted = fromPlain(choice)
    return wanted !== undefined && equals(wanted, value)
  })
  if (!fits) report(here, 'not_allowed', { wanted: choices.slice(0, 5).map(shortText).join(', ') })
}

/** Characters of a wanted value in a sentence. */
const WANTED_MAX = 60

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > WANTED_MAX ? `${text.slice(0, WANTED_MAX)}…` : text
}
