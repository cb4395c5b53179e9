import type { Transaction } from '@mcp-orchestra/kernel'
import type { Payee } from './payee.ts'

/** Whether a payee may be paid, asked when a payout is requested and again before it is sent. */
export interface PayeeGate {
  /** Why not, in one sentence; undefined when it may. */
  refusalOf(tx: Transaction, payee: Payee): Promise<string | undefined>
}

/** Until payees are screened by the platform: a person of the operator looks at each destination. */
export const approvalGate: PayeeGate = {
  refusalOf: (_tx, { approvedAt }) =>
    Promise.resolve(
      approvedAt === null ? 'The operator has not approved this destination yet.' : undefined,
    ),
}
