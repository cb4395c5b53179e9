import { isUtf8 } from 'node:buffer'

/** Whether bytes that come in pieces are UTF-8: a character may be cut by the border of two. */
export class Utf8Check {
  #rest: Uint8Array = NOTHING

  /** Takes the next piece; false when what came so far can be no UTF-8. */
  push(chunk: Uint8Array): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const whole = bytes.length - unfinished(bytes)
    this.#rest = Uint8Array.from(bytes.subarray(whole))
    return isUtf8(bytes.subarray(0, whole))
  }

  /** Whether it ended with a whole character. */
  get isWhole(): boolean {
    return this.#rest.length === 0
  }
}

const NOTHING = new Uint8Array(0)

/** How many bytes at the end begin a character that is not whole. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}
