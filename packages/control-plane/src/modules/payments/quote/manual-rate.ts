import { fromRfc3339 } from '@mcp-orchestra/kernel'
import type { Verify } from '../signing/signer.ts'
import { exactOf } from './exact-rate.ts'
import type { Answer, ManualRate, QuoteSource } from './source.ts'

/** What is signed of a manual rate: the rate, of what, and who set it when. */
export function manualDocument(
  { name, asset }: Pick<QuoteSource, 'name' | 'asset'>,
  { usd, setAt, setBy }: Pick<ManualRate, 'usd' | 'setAt' | 'setBy'>,
): { type: string } & Record<string, string | number | boolean> {
  const { id, scale, stablecoin } = asset
  const type = 'io.mcp-orchestra/manual-rate/v1'
  return { type, source: name, asset: id, scale, stablecoin, usd, setAt, setBy }
}

/** Reads a manual rate: only as it was signed. */
export function readManualRate(source: QuoteSource, rate: ManualRate, verify: Verify): Answer {
  if (!verify(manualDocument(source, rate), rate.signature)) {
    return { kind: 'failed', reason: 'the rate is not the one that was signed; set it again' }
  }
  const usdPerWhole = exactOf(rate.usd)
  if (usdPerWhole === undefined) return { kind: 'failed', reason: 'the rate is not above zero' }
  return { kind: 'read', reading: { usdPerWhole, updatedAt: fromRfc3339(rate.setAt) } }
}
