import type { ScannedRecord } from '../segment/scan-journal.ts'

/**
 * Streams that a dead process left open: of each the usage record that its last checkpoint holds, which takes the place
 * of the one that was never written (spending §4.14).
 */
export class OpenStreams {
  readonly #lastTexts = new Map<string, string>()

  /** Sees every record of a journal, in order. */
  visit({ kind, payload }: ScannedRecord): void {
    // Reading every usage record would be most of a replay: without an open stream it says nothing here.
    if (kind === 'checkpoint') {
      const text = payload.toString()
      this.#lastTexts.set(idOf(text), text)
    } else if (kind === 'usage' && this.#lastTexts.size > 0) {
      this.#lastTexts.delete(idOf(payload.toString()))
    }
  }

  /** The usage records that are missing, oldest stream first. */
  texts(): readonly string[] {
    return [...this.#lastTexts.values()]
  }
}

function idOf(text: string): string {
  const { id } = JSON.parse(text) as { readonly id: string }
  return id
}
