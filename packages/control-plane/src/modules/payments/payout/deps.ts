import type { PaymentsDeps } from '../deps.ts'
import type { PayeeGate } from '../payee/payee-gate.ts'
import type { PayeeStore } from '../payee/ports.ts'
import type { Rails } from '../rail/create-rails.ts'
import type { DrawStatementsDeps } from '../statement/draw-statements.ts'
import type { PayoutStore } from './ports.ts'

/** Everything that payouts are built on; each use case asks for its part. */
export type PayoutsDeps = Pick<
  PaymentsDeps,
  'transactions' | 'ledger' | 'publishers' | 'epochs' | 'cases' | 'seal' | 'audit' | 'clock' | 'ids'
> &
  DrawStatementsDeps & {
    readonly payees: PayeeStore
    readonly payouts: PayoutStore
    readonly rails: Rails
    readonly gate: PayeeGate
    /** A payout of more needs a second person, in atto-USD. */
    readonly approvalAbove: bigint
  }
