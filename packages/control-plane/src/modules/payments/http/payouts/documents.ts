import { showAmount } from '@mcp-orchestra/api/money'
import type { PayeeDocument } from '@mcp-orchestra/api/routes/payees'
import type { PayoutDocument, PayoutStatementDocument } from '@mcp-orchestra/api/routes/payouts'
import { money, toRfc3339, USD, type Instant } from '@mcp-orchestra/kernel'
import type { z } from 'zod'
import type { Payee } from '../../payee/payee.ts'
import type { Payout } from '../../payout/payout.ts'
import type { Statement } from '../../statement/statement.ts'

/** A payee on the wire: never its account. */
export function payeeDocument(payee: Payee): z.infer<typeof PayeeDocument> {
  const { organizationId, rail, version, hint, schedule, hold } = payee
  return {
    organizationId,
    rail,
    version,
    hint,
    schedule,
    minimum: showAmount(money(payee.minimum, USD.id)),
    approvedAt: timeOf(payee.approvedAt),
    hold,
    savedAt: toRfc3339(payee.savedAt),
  }
}

/** A payout on the wire. */
export function payoutDocument(payout: Payout): z.infer<typeof PayoutDocument> {
  const { id, rail, hint, state, requestedBy, needsApproval, approvedBy, reference, reason } =
    payout
  return {
    id,
    organizationId: payout.publisherId,
    rail,
    destination: hint,
    amount: showAmount(payout.amount),
    state,
    requestedBy,
    needsApproval,
    approvedBy,
    reference,
    reason,
    requestedAt: toRfc3339(payout.requestedAt),
    approvedAt: timeOf(payout.approvedAt),
    sentAt: timeOf(payout.sentAt),
    endedAt: timeOf(payout.endedAt),
  }
}

/** A statement on the wire. */
export function statementDocument(statement: Statement): z.infer<typeof PayoutStatementDocument> {
  const { payoutId, publisherId, number, asset, amount, lines, drawnAt } = statement
  return {
    payoutId,
    organizationId: publisherId,
    number,
    amount: showAmount(money(amount, asset)),
    lines: lines.map((line) => ({
      kind: line.kind,
      serverId: line.serverId,
      month: line.month,
      amount: { amount: line.amount.toString(), asset },
    })),
    drawnAt: toRfc3339(drawnAt),
  }
}

function timeOf(at: Instant | null): string | null {
  return at === null ? null : toRfc3339(at)
}
