import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id } from '@mcp-orchestra/kernel'
import { actorOf } from '../actor.ts'
import {
  approvePayee,
  findPayee,
  holdPayee,
  savePayee,
  type PayeeWish,
} from '../payee/manage-payees.ts'
import { sealContextOf, type Payee } from '../payee/payee.ts'
import type { PayeePageQuery } from '../payee/ports.ts'
import { refuse } from '../problems.ts'
import type { Destination } from '../rail/destination.ts'
import type { PayoutReport } from '../rail/rail.ts'
import { drawMissing, drawStatements } from '../statement/draw-statements.ts'
import type { Statement } from '../statement/statement.ts'
import { carryPayouts, readDestination } from './carry-payouts.ts'
import { approvePayout, cancelPayout, reread } from './decide-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Payout } from './payout.ts'
import type { PayoutPageQuery } from './ports.ts'
import { reportPayout } from './report-payout.ts'
import { requestPayout, type PayoutWish } from './request-payout.ts'
import { requestScheduled } from './request-scheduled.ts'

/** Payees and payouts: every use case, each told by whom. */
export interface Payouts {
  savePayee(principal: Principal, wish: PayeeWish): Promise<Payee>
  payee(organizationId: Id<'org'>): Promise<Payee>
  payees(query: PayeePageQuery): Promise<Payee[]>
  approvePayee(
    principal: Principal,
    subject: Pick<Payee, 'organizationId' | 'version'>,
  ): Promise<Payee>
  holdPayee(
    principal: Principal,
    subject: { readonly organizationId: Id<'org'>; readonly reason: string | null },
  ): Promise<Payee>
  request(principal: Principal, wish: PayoutWish): Promise<Payout>
  approve(principal: Principal, id: Id<'pay'>): Promise<Payout>
  cancel(principal: Principal, id: Id<'pay'>): Promise<Payout>
  report(principal: Principal, id: Id<'pay'>, report: PayoutReport): Promise<Payout>
  /** Where to pay, for whoever carries a payout out by hand. Reading it is audited. */
  destination(principal: Principal, id: Id<'pay'>): Promise<Destination>
  find(id: Id<'pay'>): Promise<Payout>
  /** Newest first. */
  list(query: PayoutPageQuery): Promise<Payout[]>
  /** Where the amount of a payout comes from; `payments.statement_missing` until it was drawn. */
  statement(id: Id<'pay'>): Promise<Statement>
  /** A job: draws what was not drawn with its request. Returns how many. */
  drawStatements(): Promise<number>
  /** A job: what is due by schedule is requested. Returns how many. */
  requestScheduled(): Promise<number>
  /** A job: payouts go one step further. Returns how many did. */
  carry(): Promise<number>
}

/** Makes payouts on their stores and rails. */
export function createPayouts(deps: PayoutsDeps): Payouts {
  const { transactions } = deps
  return {
    savePayee: (principal, wish) => savePayee(deps, principal, wish),
    payee: (organizationId) => transactions.run((tx) => findPayee(deps, tx, organizationId)),
    payees: (query) => transactions.run((tx) => deps.payees.page(tx, query)),
    approvePayee: (principal, subject) => approvePayee(deps, principal, subject),
    holdPayee: (principal, subject) => holdPayee(deps, principal, subject),
    async request(principal, wish) {
      const payout = await requestPayout(deps, principal, wish)
      await drawStatements(deps, payout.publisherId)
      return payout
    },
    approve: (principal, id) => approvePayout(deps, principal, id),
    cancel: (principal, id) => cancelPayout(deps, principal, id),
    report: (principal, id, report) => reportPayout(deps, principal, id, report),
    destination: (principal, id) => openDestination(deps, principal, id),
    find: (id) => transactions.run((tx) => reread(deps, tx, id)),
    list: (query) => transactions.run((tx) => deps.payouts.page(tx, query)),
    async statement(id) {
      const statement = await transactions.run((tx) => deps.statements.find(tx, id))
      if (statement === undefined) throw refuse('payments.statement_missing')
      return statement
    },
    drawStatements: () => drawMissing(deps),
    requestScheduled: () => requestScheduled(deps),
    carry: () => carryPayouts(deps),
  }
}

async function openDestination(
  deps: PayoutsDeps,
  principal: Principal,
  id: Id<'pay'>,
): Promise<Destination> {
  return deps.transactions.run(async (tx) => {
    const { publisherId, destinationVersion } = await reread(deps, tx, id)
    const kept = await deps.payees.destination(tx, publisherId, destinationVersion)
    if (kept === undefined) throw refuse('payments.payout_not_found')
    await deps.audit.record(tx, {
      organizationId: publisherId,
      actor: actorOf(principal),
      action: 'payout.destination_read',
      target: id,
    })
    return readDestination(
      deps.seal.open(kept.sealed, sealContextOf(publisherId, destinationVersion)),
    )
  })
}
