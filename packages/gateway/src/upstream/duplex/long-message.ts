import type { Problem } from '@mcp-orchestra/kernel'
import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import { largeMessage, type LargeEvent } from '../../protocol/sse/stream-event.ts'
import { refuseUpstream } from '../problems.ts'
import type { Spool } from '../spool/spool.ts'
import type { SpoolFile } from '../spool/spool-file.ts'

/** What a message over the holding limit turned out to be; `idText` is the request that it answers, when that is known. */
export type LongEnd =
  | { readonly kind: 'answer'; readonly idText: string | undefined; readonly event: LongAnswer }
  | { readonly kind: 'refused'; readonly idText: string | undefined; readonly problem: Problem }

/** A long answer that is kept on the disk; whoever does not want it says why. */
export type LongAnswer = LargeEvent & { readonly discard: (reason?: Error) => void }

/** What a long message is read with. */
export type LongMessageOptions = {
  readonly spool: Spool
  /** The server's cap for a result, in bytes. */
  readonly bytesMax: number
  /** Whether anybody waits for the answer to this request; to any request while its id is not known. */
  readonly isAwaited: (idText: string | undefined) => boolean
}

/**
 * A message on a way that several requests share, too large to be held. Servers write the id at the end (the official
 * SDKs do), so whose answer it is shows when all of it has come: until then it is kept on the disk. What nobody waits
 * for, and what is over the cap, is read to its end without being kept.
 */
export class LongMessage {
  readonly #options: LongMessageOptions
  readonly #reader = new LargeResult({ idText: '0', bytesMax: Number.MAX_SAFE_INTEGER })
  #file: SpoolFile | undefined
  #bytes = 0
  #fault: Problem | undefined
  #isReadable = true

  constructor(options: LongMessageOptions) {
    this.#options = options
    this.#file = options.spool.open()
  }

  /** Takes more of it; gives a promise when whoever reads has to wait. */
  push(bytes: Uint8Array): Promise<void> | undefined {
    this.#bytes += bytes.length
    const { bytesMax, isAwaited } = this.#options
    if (this.#isReadable) this.#reading(() => this.#reader.push(bytes))
    if (this.#bytes > bytesMax)
      this.#refuse('upstream.result_too_large', `the limit is ${bytesMax} bytes`)
    if (this.#fault !== undefined || !isAwaited(this.#reader.idText)) this.discard()
    return this.#file?.write(bytes)
  }

  end(): LongEnd {
    if (this.#isReadable) this.#reading(() => this.#reader.end())
    const { idText } = this.#reader
    if (this.#fault !== undefined) return { kind: 'refused', idText, problem: this.#fault }
    const file = this.#file
    const gone = refuseUpstream('upstream.failed', { detail: 'nobody waited for the answer' })
    if (file === undefined) return { kind: 'refused', idText, problem: gone }
    const event = { ...largeMessage(file.read()), discard: (reason?: Error) => file.close(reason) }
    return { kind: 'answer', idText, event }
  }

  /** Keeps nothing of it. */
  discard(): void {
    this.#file?.close()
    this.#file = undefined
  }

  #reading(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof LargeResultError)) throw error
      this.#isReadable = false
      const code =
        error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
      this.#refuse(code, error.message)
    }
  }

  #refuse(code: 'upstream.result_too_large' | 'upstream.invalid_answer', detail: string): void {
    this.#fault ??= refuseUpstream(code, { detail })
  }
}
