import { UsageError } from './exit-code.ts'

/** The arguments of a tool call: one JSON object, with single ones on top. */
export function parseArguments(
  pairs: readonly string[],
  input: string | undefined,
): Record<string, unknown> {
  const result = input === undefined ? {} : parseObject(input)
  for (const pair of pairs) {
    const split = pair.indexOf('=')
    if (split < 1) throw new UsageError(`--arg wants name=value, not ${JSON.stringify(pair)}.`)
    result[pair.slice(0, split)] = parseValue(pair.slice(split + 1))
  }
  return result
}

function parseObject(text: string): Record<string, unknown> {
  const value = parseValue(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new UsageError('--input wants a JSON object, such as \'{"message":"hello"}\'.')
}

/** JSON where it is JSON, else the text itself: `a=2` is a number, `--arg b=two` a string. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
