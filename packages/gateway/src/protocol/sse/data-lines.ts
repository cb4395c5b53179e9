/** What begins each line of an event's data. */
export const DATA_LINE = 'data: '

const FEED = 0x0a
const RETURN = 0x0d
const NEXT_LINE = Buffer.from(`\n${DATA_LINE}`)

/** Writes data that comes in parts as the data lines of one event: a line break within it begins another line (WHATWG HTML §9.2.5). */
export class DataLines {
  #afterReturn = false

  /** The next part for the wire; most parts have no line break, and pass as they are. */
  next(part: Uint8Array): Uint8Array {
    if (!this.#afterReturn && part.indexOf(FEED) === -1 && part.indexOf(RETURN) === -1) return part
    const out: Uint8Array[] = []
    let from = 0
    for (let at = 0; at < part.length; at += 1) {
      const byte = part[at]
      const isSecond = byte === FEED && this.#afterReturn
      this.#afterReturn = byte === RETURN
      if (byte !== FEED && byte !== RETURN) continue
      out.push(part.subarray(from, at))
      if (!isSecond) out.push(NEXT_LINE)
      from = at + 1
    }
    out.push(part.subarray(from))
    return Buffer.concat(out)
  }
}
