import { TokenUnits } from '@mcp-orchestra/api/journal-record'

/** Longer texts are no usage: two numbers need a few dozen characters. */
const USAGE_CHARS_MAX = 1_024

/**
 * The usage that a server reports in its result's `_meta`: whole numbers that are not negative and that JSON
 * carries exactly. Undefined for anything else: half a report is none.
 */
export function readReportedUsage(text: string | undefined): TokenUnits | undefined {
  if (text === undefined || text.length > USAGE_CHARS_MAX) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = TokenUnits.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
