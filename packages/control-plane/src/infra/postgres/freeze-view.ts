import type { Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from './transaction.ts'

/**
 * Makes an open transaction read one moment: everything as it was committed when its next statement
 * begins, whatever others commit meanwhile. The first statement of the transaction. It cannot write unless it
 * says so; then what it writes over must not have been changed since, or the whole transaction runs again.
 */
export async function freezeView(
  tx: Transaction,
  {
    statementTimeoutMs,
    mayWrite = false,
  }: { readonly statementTimeoutMs?: number; readonly mayWrite?: boolean } = {},
): Promise<void> {
  const mode = mayWrite ? '' : ', read only'
  await pgOf(tx).query({ text: `set transaction isolation level repeatable read${mode}` })
  if (statementTimeoutMs === undefined) return
  await pgOf(tx).query({ text: `set local statement_timeout = ${statementTimeoutMs}` })
}
