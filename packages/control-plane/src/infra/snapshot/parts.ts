import type { SnapshotMessage } from '@mcp-orchestra/api/snapshot'

/**
 * How much of a snapshot stands in one line, in characters of its changes' JSON: far below what a gateway holds of one
 * line, and soon read. One change may be longer: a server with the catalog of its REST API is a megabyte.
 */
export const PART_CHARS = 1_048_576

/** The lines of a message, without their ends: changes that are too many for one go before it, in parts. */
export function* linesOf(message: SnapshotMessage, partChars = PART_CHARS): Generator<string> {
  if (message.type !== 'full' && message.type !== 'delta') return yield JSON.stringify(message)
  const { changes, ...rest } = message
  let texts: string[] = []
  let chars = 0
  for (const change of changes) {
    const text = JSON.stringify(change)
    if (texts.length > 0 && chars + text.length > partChars) {
      yield `{"type":"part","changes":[${texts.join()}]}`
      texts = []
      chars = 0
    }
    texts.push(text)
    chars += text.length
  }
  yield `${JSON.stringify(rest).slice(0, -1)},"changes":[${texts.join()}]}`
}
