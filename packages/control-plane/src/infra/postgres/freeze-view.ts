import type { Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from './transaction.ts'

/**
 * Makes an open transaction read one moment: everything as it was committed when its next statement
 * begins, whatever others commit meanwhile. The first statement of the transaction; it cannot write.
 */
export async function freezeView(
  tx: Transaction,
  { statementTimeoutMs }: { readonly statementTimeoutMs?: number } = {},
): Promise<void> {
  await pgOf(tx).query({ text: 'set transaction isolation level repeatable read, read only' })
  if (statementTimeoutMs === undefined) return
  await pgOf(tx).query({ text: `set local statement_timeout = ${statementTimeoutMs}` })
}
