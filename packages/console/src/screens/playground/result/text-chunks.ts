/** Characters that are drawn at first: some hundred screens; drawing 5 MB at once would freeze the page. */
export const FIRST_CHARS = 40_000
/** Characters that are drawn with each wish for more. */
export const NEXT_CHARS = 200_000
/** Characters of one block, so that a browser skips what is out of sight. */
const CHUNK_CHARS = 20_000

/** The first characters of a text in blocks that end at a line where there is one; joined, they begin the text. */
export function chunksOf(text: string, shown: number): readonly string[] {
  const chunks: string[] = []
  const end = shown >= text.length ? text.length : wholeAt(text, shown)
  for (let at = 0; at < end;) {
    const next = Math.min(end, blockEnd(text, at))
    chunks.push(text.slice(at, next))
    at = next
  }
  return chunks.map((chunk) => chunk.replaceAll('\r\n', '\n'))
}

function blockEnd(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at + CHUNK_CHARS)
  return line > at ? line + 1 : wholeAt(text, at + CHUNK_CHARS)
}

/** Not between the halves of a surrogate pair. */
function wholeAt(text: string, at: number): number {
  const code = text.charCodeAt(at - 1)
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at
}
