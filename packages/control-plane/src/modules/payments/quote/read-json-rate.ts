import { fromRfc3339, instant, type Instant } from '@mcp-orchestra/kernel'
import { exactOf } from './exact-rate.ts'
import { atPointer } from './pointer.ts'
import type { Answer, HttpRate } from './source.ts'

/** Unix times above this are milliseconds: as seconds they would lie in the year 5138. */
const SECONDS_MAX = 100_000_000_000

/** Reads a price and its time out of JSON; numbers by their exact text, never as floats. */
export function readJsonRate(text: string, source: HttpRate): Answer {
  let json: unknown
  try {
    json = JSON.parse(text, exactNumber)
  } catch {
    return failed('it did not answer with JSON')
  }
  const price = atPointer(json, source.pricePointer)
  const usdPerWhole = typeof price === 'string' ? exactOf(price) : undefined
  if (usdPerWhole === undefined) return failed('there is no price above zero where it should be')
  const updatedAt = timeOf(atPointer(json, source.updatedAtPointer))
  if (updatedAt === undefined) return failed('there is no time where it should be')
  return { kind: 'read', reading: { usdPerWhole, updatedAt } }
}

/** A number becomes its own text (ECMA-262, JSON.parse source text access). */
function exactNumber(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === 'number' ? context?.source : value
}

/** RFC 3339, or Unix time in seconds or milliseconds. */
function timeOf(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined
  try {
    if (!/^\d{1,13}(\.\d{1,9})?$/.test(value)) return fromRfc3339(value)
    const number = Number(value)
    return instant(Math.trunc(number > SECONDS_MAX ? number : number * 1_000))
  } catch {
    return undefined
  }
}

function failed(reason: string): Answer {
  return { kind: 'failed', reason }
}
