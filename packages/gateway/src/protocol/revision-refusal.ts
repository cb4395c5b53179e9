import { scanArray, scanObject, stringAt } from './json/scan.ts'
import { memberOf, textOf } from './json/span.ts'
import { LEGACY_REVISIONS } from './revisions.ts'

/** How a server refuses a revision: invalid params (MCP lifecycle, error handling), and the code of its own (MCP 2026-07-28). */
const CODES: ReadonlySet<string> = new Set(['-32602', '-32022'])

/**
 * The best revision to ask for instead, when a server's error refuses the one that was asked for and names those that it
 * has: the newest that is ours. Undefined when it is another error, or we have none of them.
 */
export function revisionInstead(errorText: string, asked: string | undefined): string | undefined {
  const error = scanObject(errorText)
  const code = memberOf(error, 'code')
  if (code === undefined || !CODES.has(textOf(errorText, code.value))) return undefined
  const data = memberOf(error, 'data')
  const named = data === undefined ? undefined : scanObject(errorText, data.value.start)
  const supported = memberOf(named, 'supported')
  const list = supported === undefined ? undefined : scanArray(errorText, supported.value.start)
  const theirs = new Set(list?.elements.map((element) => stringAt(errorText, element)))
  return LEGACY_REVISIONS.find((revision) => revision !== asked && theirs.has(revision))
}
