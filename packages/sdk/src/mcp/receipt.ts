import { META_PRICE, META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import type { WireMoney } from '../money.ts'
import { isRecord } from '../problem.ts'

/** What a priced call cost, as the gateway wrote it on the result. */
export type Receipt = {
  /** The usage event: look it up with `orchestra.usage.get`. */
  readonly eventId: string
  /** Zero when the call was released; undefined on a repeat, which costs nothing again. */
  readonly charged: WireMoney | undefined
  /** The tokens that a metered call was counted by; undefined where its price counts none. */
  readonly units: { readonly input: number; readonly output: number } | undefined
  /** Whether this is the stored outcome of an earlier attempt under the same key. */
  readonly repeated: boolean
}

/** The receipt on a result; undefined on free calls. */
export function receiptOf(result: Readonly<Record<string, unknown>>): Receipt | undefined {
  const receipt = metaOf(result)[META_RECEIPT]
  if (!isRecord(receipt) || typeof receipt['eventId'] !== 'string') return undefined
  const { eventId, charged, units } = receipt
  const repeated = receipt['repeated'] === true
  return { eventId, charged: moneyOf(charged), units: unitsOf(units), repeated }
}

function moneyOf(value: unknown): WireMoney | undefined {
  if (!isRecord(value)) return undefined
  const { amount, asset } = value
  return typeof amount === 'string' && typeof asset === 'string' ? { amount, asset } : undefined
}

function unitsOf(value: unknown): Receipt['units'] {
  if (!isRecord(value)) return undefined
  const { input, output } = value
  return typeof input === 'number' && typeof output === 'number' ? { input, output } : undefined
}

/** The announced price of a listed tool in atomic units; undefined when it is free or not announced. */
export function announcedAmount(tool: Readonly<Record<string, unknown>>): string | undefined {
  const price = metaOf(tool)[META_PRICE]
  return isRecord(price) && typeof price['amount'] === 'string' ? price['amount'] : undefined
}

/** The `_meta` member of anything; empty when there is none. */
export function metaOf(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const meta = value['_meta']
  return isRecord(meta) ? meta : {}
}
