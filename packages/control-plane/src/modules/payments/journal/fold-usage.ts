import { TOKENS_MAX_PER_CALL } from '@mcp-orchestra/api/metered-price'
import { assert, money, toUuid, type Id } from '@mcp-orchestra/kernel'
import type { MeteredCall, Price, UsageEvent } from '../../metering/index.ts'
import { accountNames, type TransferRequest } from '../../ledger/index.ts'
import type { CaseKind } from '../case/case.ts'
import type { BatchPlan, FeeKey, FoldState } from './batch-plan.ts'
import { transferIdOf } from './derived-id.ts'
import type { CaseFolder } from './fold-cases.ts'
import { splitBetween, type SaleParts } from '../refund/split-sale.ts'
import { agreementAt, splitRuleOf, type ShareAgreement } from '../share/share-agreement.ts'
import type { LeaseFolder } from './fold-leases.ts'
import { createMeterFolder } from './fold-meters.ts'
import { rateCall } from './rate-call.ts'

/** Calls of a batch, rated and grouped into transfers. */
export interface UsageFolder {
  add(seq: number, call: MeteredCall): void
  finish(): Pick<BatchPlan, 'events' | 'transfers' | 'feeTotals' | 'meterTotals' | 'purchases'>
}

/** All of a batch that one lease pays to one publisher under one price version and one agreement on shares. */
type Group = {
  readonly leaseId: Id<'les'>
  readonly price: Price
  readonly total: FeeKey
  readonly agreement: ShareAgreement | undefined
  gross: bigint
}

type Fate = Pick<UsageEvent, 'disposition' | 'posted' | 'transferId' | 'unitsBefore'> & {
  readonly group?: Group
}

/** A group that was posted, and how far its calls have been told which parts of its split are theirs. */
type Posting = { readonly transferId: Id<'txn'>; gross: bigint }

const FREE: Fate = { disposition: 'free', posted: 0n, transferId: null }
const DUPLICATE: Fate = { disposition: 'duplicate_purchase', posted: 0n, transferId: null }

/** Rates calls against their price version and takes them from their lease; the doubtful are set aside. */
export function createUsageFolder(
  incarnationId: Id<'inc'>,
  firstSeq: number,
  state: FoldState,
  leases: LeaseFolder,
  cases: CaseFolder,
): UsageFolder {
  const calls = new Map<Id<'evt'>, { seq: number; call: MeteredCall; fate: Fate }>()
  const groups = new Map<string, Group>()
  const totals = new Map(state.feeTotals.map((total) => [feeKeyOf(total), total]))
  const meters = createMeterFolder(state.meterTotals)
  const claims = new Set(state.claimedPurchases)
  const purchases: { id: Id<'pur'>; eventId: Id<'evt'> }[] = []

  function judge(seq: number, call: MeteredCall): Fate {
    if (call.amount === 0n) return FREE
    const setAside = (kind: CaseKind, subject: string, reason: string): Fate => ({
      disposition: 'suspense',
      posted: 0n,
      transferId: cases.setAside(kind, subject, seq, call, reason),
    })
    if (state.incarnationState === 'lost') {
      return setAside('late_arrival', incarnationId, 'the journal was declared lost before')
    }
    const lease = call.leaseId === null ? undefined : leases.find(call.leaseId)
    if (lease === undefined || lease.payerId !== call.payerId || lease.asset !== call.asset) {
      return setAside('lease_unknown', call.leaseId ?? incarnationId, 'no such lease of this payer')
    }
    if (lease.state !== 'open') {
      return setAside('lease_overspent', lease.id, `the lease is ${lease.state}`)
    }
    const rating = rateCall(
      call,
      call.priceId === null ? undefined : state.prices.get(call.priceId),
    )
    if (rating.kind === 'disagreed') {
      return setAside('rating_disagreement', call.priceId ?? call.serverId, rating.reason)
    }
    if (call.purchaseId !== null && !claims.has(call.purchaseId)) return DUPLICATE
    const { amount, before } = meters.priceOf(call, rating.price, rating.claim)
    const unitsBefore = Object.keys(before).length === 0 ? undefined : before
    if (!leases.use(lease.id, amount)) {
      return setAside('lease_overspent', lease.id, 'the lease does not hold that much any more')
    }
    meters.count(call, rating.price)
    if (isAbsurd(call)) cases.usageDoubtful('usage_absurd', seq, call)
    if (call.purchaseId !== null) {
      claims.delete(call.purchaseId)
      purchases.push({ id: call.purchaseId, eventId: call.id })
    }
    // Within the free units of its month: counted, and a purchase, but nothing moves.
    if (amount === 0n) return { ...FREE, unitsBefore }
    const group = groupOf(lease.id, call, rating.price)
    group.gross += amount
    return { disposition: 'posted', posted: amount, transferId: null, unitsBefore, group }
  }

  function groupOf(leaseId: Id<'les'>, call: MeteredCall, price: Price): Group {
    const agreement = agreementAt(state.agreements, call)
    const key = `${leaseId}\n${price.id}\n${agreement?.id ?? ''}`
    const { payerId, publisherId, asset, feeBps } = call
    const total = { payerId, publisherId, asset, feeBps, shareId: agreement?.id ?? null }
    const group = groups.get(key) ?? { leaseId, price, total, agreement, gross: 0n }
    groups.set(key, group)
    return group
  }

  function add(seq: number, call: MeteredCall): void {
    if (state.knownEvents.has(call.id) || calls.has(call.id)) {
      cases.setAside('duplicate_event', call.id, seq, { ...call, amount: 0n }, 'recorded before')
      return
    }
    if (call.unitsFrom === 'missing') cases.usageDoubtful('usage_missing', seq, call)
    calls.set(call.id, { seq, call, fate: judge(seq, call) })
  }

  /** The legs of a group: what lies between the splits of two cumulative amounts (spending §2.9, ADR-0025). */
  function post(group: Group): { transfers: TransferRequest[]; posting: Posting } {
    const key = feeKeyOf(group.total)
    const { gross, refunded } = totals.get(key) ?? { gross: 0n, refunded: 0n }
    const before = gross - refunded
    const parts = partsOf(group, before, group.gross)
    totals.set(key, { ...group.total, gross: gross + group.gross, refunded })
    const { publisherId, shareId } = group.total
    // Without an agreement an id is what it was before there were any.
    const apart = shareId === null ? '' : ` ${shareId}`
    const legs = [
      {
        leg: `publisher${apart}`,
        credit: accountNames.accrued(publisherId),
        amount: parts.publisher,
      },
      { leg: `fee${apart}`, credit: accountNames.platform('fees'), amount: parts.fee },
      ...(group.agreement?.parties ?? []).map(({ organizationId }, index) => ({
        leg: `share ${index}${apart}`,
        credit: accountNames.accrued(organizationId),
        amount: parts.shares[index] ?? 0n,
      })),
    ]
    const transfers = legs
      .filter(({ amount }) => amount > 0n)
      .map(({ leg, credit, amount }) => ({
        id: transferIdOf('usage', incarnationId, firstSeq, group.leaseId, group.price.id, leg),
        debit: accountNames.leased(group.total.payerId, incarnationId),
        credit,
        amount: money(amount, group.total.asset),
        reference: group.price.id,
      }))
    const [leading] = transfers
    assert(leading !== undefined, 'a group posts an amount above zero')
    // All legs share a link, so that whoever finds the one that an event names finds the others.
    const link = toUuid(leading.id)
    return {
      transfers: transfers.map((leg) => ({ ...leg, link })),
      posting: { transferId: leading.id, gross: before },
    }
  }

  /** What a call adds to the split after the calls of its posting that came before it. */
  function addToSplit(
    posting: Posting,
    group: Group,
    posted: bigint,
  ): SaleParts & { readonly grossBefore: bigint } {
    const grossBefore = posting.gross
    posting.gross += posted
    return { ...partsOf(group, grossBefore, posted), grossBefore }
  }

  return {
    add,
    finish() {
      const transfers: TransferRequest[] = []
      const postings = new Map<Group, Posting>()
      const changed = new Set<string>()
      for (const group of groups.values()) {
        const posted = post(group)
        transfers.push(...posted.transfers)
        postings.set(group, posted.posting)
        changed.add(feeKeyOf(group.total))
      }
      const events = [...calls.values()].map(
        ({ seq, call, fate: { group, ...fate } }): UsageEvent => {
          const event = { ...call, incarnationId, seq, ...fate }
          const posting = group === undefined ? undefined : postings.get(group)
          if (group === undefined || posting === undefined) {
            return { ...event, fee: 0n, shareId: null, shares: [] }
          }
          const { fee, shares, grossBefore } = addToSplit(posting, group, fate.posted)
          const { shareId } = group.total
          return {
            ...event,
            fee,
            grossBefore,
            shareId,
            shares,
            transferId: posting.transferId,
          }
        },
      )
      return {
        events,
        transfers,
        feeTotals: [...totals].filter(([key]) => changed.has(key)).map(([, total]) => total),
        meterTotals: meters.changes(),
        purchases,
      }
    },
  }
}

/** Charged at most what was reserved all the same; but somebody should ask the server. */
function isAbsurd({ units }: MeteredCall): boolean {
  return units !== undefined && Math.max(units.input, units.output) > TOKENS_MAX_PER_CALL
}

/** How a group's further sales are split, after what was kept of all before them. */
function partsOf({ total, agreement }: Group, before: bigint, added: bigint): SaleParts {
  return splitBetween(before, before + added, splitRuleOf(total.feeBps, agreement))
}

/** What fees and shares are cumulative over. */
export function feeKeyOf(total: FeeKey): string {
  return `${total.payerId}\n${total.publisherId}\n${total.asset}\n${total.feeBps}\n${total.shareId ?? ''}`
}
