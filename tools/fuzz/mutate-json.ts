import { scanObject } from '../../packages/gateway/src/protocol/json/scan.ts'
import type { Random } from './random.ts'
import type { Pool } from './pool.ts'

/** Values of each kind, and of kinds that nobody expects. */
const VALUES = [
  'null',
  'true',
  '0',
  '""',
  '[]',
  '{}',
  '[[1]]',
  '{"a":{"b":1}}',
  '"\\ud800"',
  '-1.5e3',
]

/** A change that knows objects: a member given twice, under an escaped key, moved, gone, or with another value. */
export function mutateJson(input: string, random: Random, { words }: Pool): string {
  const opening = random.of([...input.matchAll(/\{/g)])
  const object = opening === undefined ? undefined : scanned(input, opening.index)
  const member = random.of(object?.members ?? [])
  if (object === undefined || member === undefined) return input
  const { keySpan, value } = member
  const whole = input.slice(keySpan.start, value.end)
  const at = object.span.start + 1
  switch (random.below(6)) {
    case 0:
      return `${input.slice(0, at)}${whole},${input.slice(at)}`
    case 1: {
      const first = input
        .charCodeAt(keySpan.start + 1)
        .toString(16)
        .padStart(4, '0')
      return `${input.slice(0, keySpan.start + 1)}\\u${first}${input.slice(keySpan.start + 2)}`
    }
    case 2:
      return input.slice(0, value.start) + (random.of(VALUES) ?? '') + input.slice(value.end)
    case 3:
      return `${input.slice(0, value.start)}{"a":${input.slice(value.start, value.end)}}${input.slice(value.end)}`
    case 4:
      return `${input.slice(0, value.end)},${JSON.stringify(random.of(words) ?? '')}:${random.of(VALUES) ?? ''}${input.slice(value.end)}`
    default: {
      const comma = input[value.end] === ',' ? value.end + 1 : value.end
      return input.slice(0, keySpan.start) + input.slice(comma)
    }
  }
}

function scanned(input: string, at: number): ReturnType<typeof scanObject> {
  try {
    return scanObject(input, at)
  } catch {
    // NOTE: most mutants are no JSON any more; the scanners then say so by throwing.
    return undefined
  }
}
