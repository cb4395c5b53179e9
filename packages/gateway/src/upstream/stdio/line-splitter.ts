/** The longest line that is held: as large as any result that is not streamed, in bytes. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024

/** A line of a child's output; one over the cap comes in parts. */
export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'part'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }

const NEWLINE = 0x0a

/** Cuts a child's output into lines (MCP, stdio transport). Memory is bounded whatever the child writes. */
export class LineSplitter {
  readonly #bytesMax: number
  #parts: Uint8Array[] = []
  #bytes = 0
  #isLong = false

  constructor(bytesMax: number = LINE_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#take(lines, chunk.subarray(from, end))
      this.#endLine(lines)
      from = end + 1
    }
    if (from < chunk.length) this.#take(lines, chunk.subarray(from))
    return lines
  }

  #take(lines: Line[], bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#isLong) return void lines.push({ kind: 'part', bytes })
    this.#parts.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes <= this.#bytesMax) return
    this.#isLong = true
    for (const part of this.#parts.splice(0)) lines.push({ kind: 'part', bytes: part })
  }

  #endLine(lines: Line[]): void {
    this.#bytes = 0
    if (this.#isLong) {
      this.#isLong = false
      lines.push({ kind: 'end' })
      return
    }
    const text = Buffer.concat(this.#parts.splice(0)).toString('utf8').trim()
    if (text !== '') lines.push({ kind: 'line', text })
  }
}
