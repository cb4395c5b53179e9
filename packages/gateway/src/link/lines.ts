import { refuse } from './problems.ts'

/** The longest line of the stream in bytes: a part is one megabyte, or one change, which is hardly more. */
export const SNAPSHOT_LINE_BYTES_MAX = 16_777_216

const NEWLINE = 10

/** Splits a byte stream into lines of UTF-8 text; a line over the cap ends the stream with a Problem. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  lineBytesMax: number = SNAPSHOT_LINE_BYTES_MAX,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (heldBytes + end - start > lineBytesMax) throw tooLong(lineBytesMax)
      parts.push(chunk.subarray(start, end))
      const line = Buffer.concat(parts).toString('utf8')
      parts = []
      heldBytes = 0
      start = end + 1
      if (line.length > 0) yield line
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start))
      heldBytes += chunk.length - start
    }
    if (heldBytes > lineBytesMax) throw tooLong(lineBytesMax)
  }
}

function tooLong(lineBytesMax: number): Error {
  return refuse('link.garbled', { detail: `A line of the stream is over ${lineBytesMax} bytes.` })
}
