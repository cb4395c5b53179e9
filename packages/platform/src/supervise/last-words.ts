/** Lines of a process that are kept to explain its death: enough for a stack, small enough to forget. */
const LINES_KEPT = 40

/** Remembers the end of what a process said, to explain why it is gone. */
export class LastWords {
  #lines: string[] = []

  hear(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > LINES_KEPT) this.#lines.shift()
  }

  /** The sentence of the last fatal record (pino level 60), else the error of a crash, else the last line that is no record. */
  sentence(): string | undefined {
    for (const line of this.#lines.toReversed()) {
      const message = fatalMessage(line)
      if (message !== undefined) return message
    }
    const plain = this.#lines.filter((line) => line.trim() !== '' && !line.startsWith('{'))
    const thrown = plain.findLast((line) => /^(Uncaught )?\w*(Error|Problem)\b/.test(line))
    return (thrown ?? plain.at(-1))?.trim()
  }
}

/** pino's `fatal`: what a process says before it refuses to start. */
const FATAL = 60

function fatalMessage(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const record: unknown = JSON.parse(line)
    if (typeof record !== 'object' || record === null) return undefined
    if (!('level' in record) || !('msg' in record) || record.level !== FATAL) return undefined
    return typeof record.msg === 'string' ? record.msg : undefined
  } catch {
    return undefined // a line that only looks like JSON
  }
}
