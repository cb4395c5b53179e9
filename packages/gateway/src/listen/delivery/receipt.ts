import { META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { toWire } from '@mcp-orchestra/kernel'
import type { Settlement } from '../../charge/charge.ts'

/**
 * The receipt in a paid result's `_meta`: the usage event, what was charged (zero when it was released; the most, when
 * tiers decide later), and the tokens it was counted by.
 */
export function receiptText(settlement: Settlement): string {
  const { eventId, charged, units } = settlement
  return JSON.stringify({
    eventId,
    charged: toWire(charged),
    ...(units === undefined ? {} : { units }),
  })
}

/** The receipt of a keyed purchase that was complete already: the first event, and that nothing was charged again. */
export function repeatedReceiptText(eventId: string): string {
  return JSON.stringify({ eventId, repeated: true })
}

/** The `_meta` members that carry a receipt. */
export function receiptMeta(text: string): ReadonlyMap<string, string> {
  return new Map([[META_RECEIPT, text]])
}
