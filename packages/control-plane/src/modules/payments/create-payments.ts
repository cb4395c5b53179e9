import type {
  IncarnationRequest,
  IncarnationResponse,
  LeaseRequest,
  LeaseResponse,
  UsageBatch,
  UsageBatchResponse,
} from '@mcp-orchestra/api/gateway-link'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { CapStanding } from './cap/cap.ts'
import {
  changeCap,
  createCap,
  removeCap,
  type CapWish,
  type ChangedCap,
} from './cap/manage-caps.ts'
import { windowAt, type CapPeriod } from './cap/window.ts'
import type { Case } from './case/case.ts'
import type { PaymentsDeps } from './deps.ts'
import { createDisputes, type Disputes } from './dispute/disputes.ts'
import { makeTopUp, type TopUpWish } from './funds/make-top-up.ts'
import { prunePurchases } from './funds/prune-purchases.ts'
import { readBalance, type OrganizationBalance } from './funds/read-balance.ts'
import { sweepAccrued } from './funds/sweep-accrued.ts'
import type { TopUp } from './funds/top-up.ts'
import { declareLost, type DeclaredLost } from './incarnation/declare-lost.ts'
import type { LedgerEpoch } from './incarnation/ledger-epoch.ts'
import { noticeHistory, type HistoryNotice } from './incarnation/notice-history.ts'
import { raiseEpoch } from './incarnation/raise-epoch.ts'
import { registerIncarnation } from './incarnation/register-incarnation.ts'
import { applyBatch } from './journal/apply-batch.ts'
import { grantLease } from './lease/grant-lease.ts'
import { createQuotes, type Quotes } from './quote/quotes.ts'
import { createSourceReader } from './quote/read-sources.ts'
import { createDecisions, type Decisions } from './decision/decisions.ts'
import { NO_HOOKS } from './decision/hooks.ts'
import { createReceipts, type Receipts } from './receipt/receipts.ts'
import { createRefunds, type Refunds } from './refund/refunds.ts'
import { createShares, type Shares } from './share/shares.ts'
import { createSigner, type Signer } from './signing/signer.ts'
import {
  giveMandate,
  listMandates,
  readMandate,
  revokeMandate,
  type ChangedMandate,
  type MandateWish,
} from './mandate/manage-mandates.ts'
import type { MandateStanding } from './mandate/mandate.ts'
import {
  resumeSpending,
  stopSpending,
  type ChangedStop,
  type StopWish,
} from './stop/manage-stops.ts'
import type { Stop } from './stop/stop.ts'
import type {
  CapPageQuery,
  CasePageQuery,
  ExposureQuery,
  LeaseExposure,
  MandatePageQuery,
  StopPageQuery,
} from './ports.ts'

/** Leases, journals and balances: every use case of the module, each one transaction. */
export interface Payments {
  registerIncarnation(slot: string, request: IncarnationRequest): Promise<IncarnationResponse>
  grantLease(slot: string, request: LeaseRequest): Promise<LeaseResponse>
  applyBatch(slot: string, batch: UsageBatch): Promise<UsageBatchResponse>
  declareLost(principal: Principal, incarnationId: string): Promise<DeclaredLost>
  /** The number of the database's history; snapshot heartbeats carry it. */
  epoch(): Promise<LedgerEpoch>
  /** At the start of a control plane: raises the epoch when the database is of another history. */
  noticeHistory(): Promise<HistoryNotice>
  /** The operator's word that this database was restored (spending §5.18). */
  raiseEpoch(principal: Principal, reason: string): Promise<LedgerEpoch>
  makeTopUp(principal: Principal, wish: TopUpWish): Promise<TopUp>
  readBalance(organizationId: Id<'org'>): Promise<OrganizationBalance>
  createCap(principal: Principal, wish: CapWish): Promise<ChangedCap>
  changeCap(principal: Principal, capId: string, amount: bigint): Promise<ChangedCap>
  removeCap(principal: Principal, capId: string): Promise<ChangedCap>
  /** Caps in force with what leases hold of their current windows, newest first. */
  listCaps(query: Omit<CapPageQuery, 'windowOf'>): Promise<CapStanding[]>
  stopSpending(principal: Principal, wish: StopWish): Promise<ChangedStop>
  resumeSpending(
    principal: Principal,
    resumption: { readonly stopId: string; readonly isOperator: boolean },
  ): Promise<ChangedStop>
  listStops(query: StopPageQuery): Promise<Stop[]>
  giveMandate(principal: Principal, wish: MandateWish): Promise<ChangedMandate>
  revokeMandate(principal: Principal, mandateId: string): Promise<ChangedMandate>
  readMandate(organizationId: Id<'org'>, mandateId: string): Promise<MandateStanding>
  listMandates(query: MandatePageQuery): Promise<MandateStanding[]>
  /** What the time is here: a document says whether something is over. */
  now(): Instant
  /** Open leases, newest first: what a lost gateway disk could cost (spending §4.17). */
  listExposure(query: ExposureQuery): Promise<LeaseExposure[]>
  /** Cases, newest first. */
  listCases(query: CasePageQuery): Promise<Case[]>
  /** A job: earnings become payable. Returns how many publishers had any. */
  sweepAccrued(): Promise<number>
  /** A job: forgets keyed purchases beyond their retention. Returns how many. */
  prunePurchases(): Promise<number>
  /** Why a call cost what it did. */
  readonly decisions: Decisions
  /** Signed receipts of posted calls. */
  readonly receipts: Receipts
  /** Amounts of USD in another asset. */
  readonly quotes: Quotes
  /** What payers contest. */
  readonly disputes: Disputes
  /** Who shares what servers earn. */
  readonly shares: Shares
  /** Money that goes back to payers. */
  readonly refunds: Refunds
  /** The keys that sign receipts and quotes. */
  readonly signer: Signer
}

/** Makes the payments module on its stores. */
export function createPayments(deps: PaymentsDeps): Payments {
  const signer = createSigner(deps)
  return {
    registerIncarnation: (slot, request) => registerIncarnation(deps, slot, request),
    grantLease: (slot, request) => grantLease(deps, slot, request),
    applyBatch: (slot, batch) => applyBatch(deps, slot, batch),
    declareLost: (principal, id) => declareLost(deps, principal, id),
    epoch: () => deps.transactions.run((tx) => deps.epochs.read(tx)),
    noticeHistory: () => noticeHistory(deps),
    raiseEpoch: (principal, reason) =>
      deps.transactions.run((tx) =>
        raiseEpoch(deps, tx, {
          actor: principal.keyId ?? principal.memberId ?? 'system',
          reason,
        }),
      ),
    makeTopUp: (principal, wish) => makeTopUp(deps, principal, wish),
    readBalance: (organizationId) => readBalance(deps, organizationId),
    createCap: (principal, wish) => createCap(deps, principal, wish),
    changeCap: (principal, id, amount) => changeCap(deps, principal, id, amount),
    removeCap: (principal, id) => removeCap(deps, principal, id),
    listCaps(query) {
      const now = deps.clock.now()
      const windowOf = (period: CapPeriod) => windowAt(period, now)
      return deps.transactions.run((tx) => deps.caps.page(tx, { ...query, windowOf }))
    },
    stopSpending: (principal, wish) => stopSpending(deps, principal, wish),
    resumeSpending: (principal, resumption) => resumeSpending(deps, principal, resumption),
    listStops: (query) => deps.transactions.run((tx) => deps.stops.page(tx, query)),
    giveMandate: (principal, wish) => giveMandate(deps, principal, wish),
    revokeMandate: (principal, id) => revokeMandate(deps, principal, id),
    readMandate: (organizationId, id) => readMandate(deps, organizationId, id),
    listMandates: (query) => listMandates(deps, query),
    now: () => deps.clock.now(),
    listExposure: (query) => deps.transactions.run((tx) => deps.leases.exposure(tx, query)),
    listCases: (query) => deps.transactions.run((tx) => deps.cases.page(tx, query)),
    sweepAccrued: () => sweepAccrued(deps),
    prunePurchases: () => prunePurchases(deps),
    decisions: createDecisions({ ...deps, hooks: NO_HOOKS }),
    receipts: createReceipts({ ...deps, signer }),
    quotes: createQuotes({
      ...deps,
      signer,
      sourceReader: createSourceReader(deps.readAddress, deps.clock),
    }),
    refunds: createRefunds(deps),
    shares: createShares(deps),
    disputes: createDisputes(deps),
    signer,
  }
}
