/** Text of one count, in characters: longer texts are counted up to here, so that nobody pays for what was not read. */
export const TEXT_CHARS_MAX = 262_144

/**
 * The longest run without a space, or of spaces, that is counted whole. Merging bytes takes the square of a run:
 * 100,000 times one letter took two minutes.
 */
const RUN_CHARS_MAX = 128

/** A text in parts whose runs are short enough; of words, one part. */
export function cutRuns(text: string): string[] {
  const parts: string[] = []
  const end = Math.min(text.length, TEXT_CHARS_MAX)
  let from = 0
  let run = 0
  let wasSpace = false
  for (let at = 0; at < end; at += 1) {
    const isSpace = isSpaceCode(text.charCodeAt(at))
    run = isSpace === wasSpace ? run + 1 : 1
    wasSpace = isSpace
    if (run <= RUN_CHARS_MAX || isLowSurrogate(text.charCodeAt(at))) continue
    parts.push(text.slice(from, at))
    from = at
    run = 1
  }
  parts.push(text.slice(from, end))
  return parts
}

function isSpaceCode(code: number): boolean {
  return (
    code === 0x20 ||
    (code >= 0x09 && code <= 0x0d) ||
    code === 0xa0 ||
    (code >= 0x2000 && code <= 0x200a)
  )
}

/** The second half of a character, which stays with its first. */
function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
