import { hash } from 'node:crypto'
import { deriveId, type Id } from '@mcp-orchestra/kernel'

/** How long the outcome of a keyed purchase is kept (spending §3.10). */
export const PURCHASE_KEPT_MS = 24 * 3_600_000

/** What makes two calls one purchase; the request's digest must then be equal too. */
export type PurchaseParts = {
  readonly payerId: string
  /** The key, or for a call key its member. */
  readonly principalId: string
  readonly serverId: string
  readonly tool: string
  readonly idempotencyKey: string
}

/** The id that the same purchase always gets, at every gateway (spending §3.10). A JSON array keeps the parts apart. */
export function purchaseIdOf(parts: PurchaseParts): Id<'pur'> {
  const text = JSON.stringify([
    parts.payerId,
    parts.principalId,
    parts.serverId,
    parts.tool,
    parts.idempotencyKey,
  ])
  return deriveId('pur', hash('sha256', text, 'buffer'))
}

/** Where an outcome stands: which incarnation's journal, and which record. */
export type OutcomePlace = { readonly incarnationId: string; readonly seq: number }

/** A purchase that came to an end, or that may have. */
export type SettledPurchase =
  | {
      readonly state: 'complete'
      readonly atMs: number
      readonly eventId: string
      readonly requestDigest: string
      readonly place: OutcomePlace
    }
  /** It may have run, and nobody knows how it ended: an intent without an outcome. */
  | { readonly state: 'unknown'; readonly atMs: number }
