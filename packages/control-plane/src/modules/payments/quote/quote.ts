import type { QuoteDocument } from '@mcp-orchestra/api/routes/quotes'
import type { z } from 'zod'

/** What a quote says that it is; signed with it, so that no receipt can stand in for one. */
export const QUOTE_TYPE = 'io.mcp-orchestra/quote/v1'
/** A quote holds for this long at most, in ms. */
export const QUOTE_TTL_MS = 60_000

/** A quote and its signature, as they travel. */
export type SignedQuote = z.infer<typeof QuoteDocument>
/** What is signed. */
export type Quote = SignedQuote['quote']
