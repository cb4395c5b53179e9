import type { TokenUnits } from '@mcp-orchestra/api/journal-record'
import { countsTokens, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { claimOf, type Clock } from '@mcp-orchestra/kernel'
import type { CallIntent, StreamedChunk, StreamMeter } from '../charge.ts'
import { meteredBy, tariffOf, type MeteredCall, type TokenUse } from './metered-call.ts'
import { readReportedUsage } from './reported-usage.ts'
import type { TokenCounter } from './token-counter.ts'

/** A stream's meter as its settlement sees it. */
export interface MeteredStream extends StreamMeter {
  /** With all chunks that were admitted; undefined when none of them was metered. */
  readonly admittedUse: TokenUse | undefined
  /** With those that the client has. */
  readonly deliveredUse: TokenUse | undefined
}

/** What a stream's meter needs. */
export type StreamMeterDeps = {
  readonly counter: TokenCounter
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly price: PriceEntity
  readonly reserved: bigint
  readonly intent: Pick<CallIntent, 'argumentsText'>
  /** Keeps what was delivered so far for the case that this process dies. */
  readonly checkpoint: (metered: MeteredCall) => void
}

/** What a crash may lose of a stream at the most: this long, in milliseconds, or a hundredth of its reservation (spending §4.14). */
const CHECKPOINT_MS = 250
const CHECKPOINT_PARTS = 100n

const NO_UNITS: TokenUnits = { input: 0, output: 0 }

/** A meter for a call's stream; undefined when its price counts no tokens. */
export function createStreamMeter(deps: StreamMeterDeps): MeteredStream | undefined {
  const { clock, counter, intent, price, reserved } = deps
  const tariff = tariffOf(price)
  if (!countsTokens(tariff)) return undefined
  const unbounded = { components: tariff.components }
  let reported: TokenUnits | undefined
  let counted: TokenUnits | undefined
  let admitted: TokenUse | undefined
  let delivered: TokenUse | undefined
  let keptAmount = 0n
  let keptAtMs = clock.monotonicMs()

  /** Who reported once reports all the way: a chunk without a report adds nothing that is known. */
  async function useWith(chunk: StreamedChunk): Promise<TokenUse | undefined> {
    const report = readReportedUsage(chunk.usageText)
    if (report !== undefined) return { units: most(reported ?? NO_UNITS, report), from: 'server' }
    const tokenizer = price.metered?.tokenizer
    if (reported !== undefined || tokenizer === undefined || !chunk.text) return undefined
    const input = counted === undefined ? (intent.argumentsText ?? '') : ''
    const resultText = JSON.stringify({ content: [{ type: 'text', text: chunk.text }] })
    const more = await counter.count({ tokenizer, input, resultText })
    return more && { units: sum(counted ?? NO_UNITS, more), from: 'tokenizer' }
  }

  return {
    get admittedUse() {
      return admitted
    },
    get deliveredUse() {
      return delivered
    },
    async admit(chunk) {
      const use = await useWith(chunk)
      if (use === undefined) return true
      // One above: a claim is never more than its bound, and exactly what was reserved still fits.
      if (claimOf(unbounded, unitsOfCall(use.units), reserved + 1n) > reserved) return false
      if (use.from === 'server') reported = use.units
      else counted = use.units
      admitted = use
      return true
    },
    delivered() {
      if (admitted === delivered || admitted === undefined) return
      delivered = admitted
      const metered = meteredBy(price, delivered, reserved)
      const nowMs = clock.monotonicMs()
      const isDue =
        nowMs - keptAtMs >= CHECKPOINT_MS ||
        (metered.amount - keptAmount) * CHECKPOINT_PARTS >= reserved
      if (!isDue || metered.amount === keptAmount) return
      keptAmount = metered.amount
      keptAtMs = nowMs
      deps.checkpoint(metered)
    },
  }
}

/** A report is of everything so far: one that takes something back is none. */
function most(before: TokenUnits, now: TokenUnits): TokenUnits {
  return {
    input: Math.max(before.input, now.input),
    output: Math.max(before.output, now.output),
  }
}

function sum(before: TokenUnits, more: TokenUnits): TokenUnits {
  return { input: before.input + more.input, output: before.output + more.output }
}
