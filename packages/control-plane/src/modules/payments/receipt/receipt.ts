import type { RECEIPT_TYPE, ReceiptDocument } from '@mcp-orchestra/api/routes/receipts'
import type { z } from 'zod'

/** A receipt and its signature, as they travel. */
export type SignedReceipt = z.infer<typeof ReceiptDocument>
/** What is signed. */
export type Receipt = SignedReceipt['receipt'] & { readonly type: typeof RECEIPT_TYPE }
