import { META_PRICE, META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { isRecord } from '../problem.ts'

/** What a paid call cost, as the gateway wrote it on the result. */
export type Receipt = {
  /** The usage event: look it up with `orchestra.usage.get`. */
  readonly eventId: string
  /** Atomic units (USD: 1e-18). */
  readonly amount: string
  readonly asset: string
}

/** The receipt on a result; undefined on free calls. */
export function receiptOf(result: Readonly<Record<string, unknown>>): Receipt | undefined {
  const receipt = metaOf(result)[META_RECEIPT]
  if (!isRecord(receipt)) return undefined
  const { eventId, amount, asset } = receipt
  if (typeof eventId !== 'string' || typeof amount !== 'string' || typeof asset !== 'string') {
    return undefined
  }
  return { ...receipt, eventId, amount, asset }
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
