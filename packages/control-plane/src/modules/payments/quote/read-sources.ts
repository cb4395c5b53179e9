import type { Clock } from '@mcp-orchestra/kernel'
import type { Verify } from '../signing/signer.ts'
import type { Answered } from './judge-readings.ts'
import { readManualRate } from './manual-rate.ts'
import { readJsonRate } from './read-json-rate.ts'
import type { Answer, HttpRate, QuoteSource } from './source.ts'

/** An answer is asked for again after this long, in ms: a burst of quotes is one request to each source. */
const KEPT_MS = 1_000
/** Answers that are remembered; beyond, all are forgotten. There are a handful of sources. */
const KEPT_MAX = 256
/** A price is a few bytes among a few others. */
const BODY_BYTES_MAX = 65_536

/** Reads a text from an address by the guarded fetch; rejects with a sentence. */
export type ReadAddress = (
  address: string,
  options: { readonly mayGoInside: boolean; readonly bytesMax: number },
) => Promise<string>

/** Asks sources for their rates, each once at a time. */
export interface SourceReader {
  readAll(sources: readonly QuoteSource[], verify: Verify): Promise<Answered[]>
}

/** Makes the reader of every kind of source. */
export function createSourceReader(readAddress: ReadAddress, clock: Clock): SourceReader {
  const kept = new Map<string, { readonly untilMs: number; readonly answer: Promise<Answer> }>()

  function readHttp(detail: HttpRate): Promise<Answer> {
    const key = JSON.stringify(detail)
    const known = kept.get(key)
    if (known !== undefined && clock.monotonicMs() < known.untilMs) return known.answer
    if (kept.size >= KEPT_MAX) kept.clear()
    const answer = ask(detail)
    kept.set(key, { untilMs: clock.monotonicMs() + KEPT_MS, answer })
    return answer
  }

  async function ask(detail: HttpRate): Promise<Answer> {
    try {
      // Only operators name sources, and a price service may well be inside.
      const text = await readAddress(detail.url, { mayGoInside: true, bytesMax: BODY_BYTES_MAX })
      return readJsonRate(text, detail)
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : 'it failed' }
    }
  }

  return {
    readAll: (sources, verify) =>
      Promise.all(
        sources.map(async (source) => {
          const { detail } = source
          const answer =
            detail.kind === 'manual'
              ? readManualRate(source, detail, verify)
              : await readHttp(detail)
          return { source, answer }
        }),
      ),
  }
}
