import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'

/** The longest line that is held: as large as any result that is not streamed, in bytes. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024

/** One line of a child's output; of a line over the cap only the id that it answers is known. */
export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'overlong'; readonly idText: string | undefined }

const NEWLINE = 0x0a

/** Cuts a child's output into lines (MCP, stdio transport). Memory is bounded whatever the child writes. */
export class LineSplitter {
  readonly #bytesMax: number
  #parts: Uint8Array[] = []
  #bytes = 0
  /** Reads a line over the cap without holding it; undefined when it turned out to be no response. */
  #reader: LargeResult | undefined
  #isOverlong = false

  constructor(bytesMax: number = LINE_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, end))
      const line = this.#endLine()
      if (line !== undefined) lines.push(line)
      from = end + 1
    }
    if (from < chunk.length) this.#take(chunk.subarray(from))
    return lines
  }

  #take(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#isOverlong) return this.#feed(bytes)
    this.#parts.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes <= this.#bytesMax) return
    this.#isOverlong = true
    this.#reader = new LargeResult('0', Number.MAX_SAFE_INTEGER)
    for (const part of this.#parts.splice(0)) this.#feed(part)
  }

  #feed(bytes: Uint8Array): void {
    try {
      this.#reader?.push(bytes)
    } catch (error) {
      if (!(error instanceof LargeResultError)) throw error
      this.#reader = undefined
    }
  }

  #endLine(): Line | undefined {
    if (this.#isOverlong) {
      const idText = this.#overlongId()
      this.#isOverlong = false
      this.#reader = undefined
      this.#bytes = 0
      return { kind: 'overlong', idText }
    }
    const text = Buffer.concat(this.#parts.splice(0)).toString('utf8').trim()
    this.#bytes = 0
    return text === '' ? undefined : { kind: 'line', text }
  }

  #overlongId(): string | undefined {
    try {
      return this.#reader?.end().end.idText
    } catch (error) {
      if (!(error instanceof LargeResultError)) throw error
      return undefined
    }
  }
}
