import type {
  OrchestraScreens,
  ReceiptKeys,
  ReceiptVerdict,
  SignedReceipt,
} from '@mcp-orchestra/sdk'
import { queryOptions } from '@tanstack/react-query'

/** A receipt, and what this browser found; `verdict` is null where it cannot check Ed25519. */
export type CheckedReceipt = {
  readonly receipt: SignedReceipt
  readonly verdict: ReceiptVerdict | null
}

/** The receipt of a call, checked here and not believed. */
export const receiptQuery = (orchestra: OrchestraScreens, eventId: string) =>
  queryOptions({
    queryKey: ['receipts', eventId],
    queryFn: async ({ signal }): Promise<CheckedReceipt> => {
      const [receipt, keys] = await Promise.all([
        orchestra.receipts.get(eventId, { signal }),
        orchestra.receipts.keys({ signal }),
      ])
      return { receipt, verdict: await check(orchestra, receipt, keys) }
    },
    staleTime: Infinity,
  })

async function check(
  orchestra: OrchestraScreens,
  receipt: SignedReceipt,
  keys: ReceiptKeys,
): Promise<ReceiptVerdict | null> {
  try {
    return await orchestra.receipts.verify(receipt, keys)
  } catch {
    // An old browser, or a page that is not secure, has no Ed25519: the receipt can still be saved.
    return null
  }
}
