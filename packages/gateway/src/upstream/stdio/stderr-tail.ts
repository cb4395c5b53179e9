/** How much of a child's stderr is kept, in bytes: its last words, not its diary. */
export const STDERR_BYTES_MAX = 64 * 1024
/** How much of it is quoted in a reason, in characters. */
const QUOTE_CHARS_MAX = 400
/** Secrets shorter than this are not looked for: replacing every `1` would say less, not hide more. */
const SECRET_CHARS_MIN = 6

const KNOWN_SECRETS =
  /\bmcpo_(live|test)_[0-9A-Za-z]+|\bBearer\s+[\w.~+/-]+=*|\b(sk|ghp|gho|xox[bp])[-_][\w-]{8,}/gi
// oxlint-disable-next-line no-control-regex -- terminal codes are what this takes out
const TERMINAL_CODES = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g

/** The last bytes of a child's stderr: a flood overwrites itself and never grows. */
export class StderrTail {
  readonly #bytesMax: number
  #chunks: Uint8Array[] = []
  #bytes = 0

  constructor(bytesMax: number = STDERR_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  /** Bytes held now; never more than the cap. */
  get bytes(): number {
    return this.#bytes
  }

  push(chunk: Uint8Array): void {
    // Copied: a slice would keep the socket's whole buffer alive.
    const kept = Uint8Array.from(chunk.subarray(Math.max(0, chunk.length - this.#bytesMax)))
    this.#chunks.push(kept)
    this.#bytes += kept.length
    while (this.#bytes > this.#bytesMax) {
      const first = this.#chunks[0] ?? kept
      const excess = this.#bytes - this.#bytesMax
      const dropped = Math.min(excess, first.length)
      if (dropped === first.length) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(dropped)
      this.#bytes -= dropped
    }
  }

  /** The last words for a reason: without the given secrets, known token forms and terminal codes. */
  quote(secrets: readonly string[]): string {
    let text = Buffer.concat(this.#chunks).toString('utf8')
    for (const secret of secrets) {
      if (secret.length >= SECRET_CHARS_MIN) text = text.replaceAll(secret, '***')
    }
    text = text.replace(KNOWN_SECRETS, '***').replace(TERMINAL_CODES, '').trim()
    return text.length > QUOTE_CHARS_MAX ? `…${text.slice(-QUOTE_CHARS_MAX)}` : text
  }
}
