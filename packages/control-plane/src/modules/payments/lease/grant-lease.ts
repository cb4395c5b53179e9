import type { LeaseRequest, LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import { instant, money, USD, type Id, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import { bindsEveryCall, isWindowed, type Cap } from '../cap/cap.ts'
import { windowAt, type CapWindow } from '../cap/window.ts'
import type { PaymentsDeps } from '../deps.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import type { GrantedLease, RecallQuery, WindowKey } from '../ports.ts'
import { refuse } from '../problems.ts'
import { LEASE_TTL_MS } from './lease.ts'
import { leaseWishOf, malformed, type LeaseWish } from './lease-wish.ts'
import { chooseRecalls, RECALL_RETRY_AFTER_MS } from './choose-recalls.ts'
import { sizeLease, type LeaseSource } from './size-lease.ts'

/** What a grant needs. */
export type GrantLeaseDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'ledger'
  | 'incarnations'
  | 'epochs'
  | 'leases'
  | 'caps'
  | 'stops'
  | 'gateways'
  | 'clock'
  | 'ids'
>

/** A cap of the scope path with the window that a call now would count in. */
type BindingCap = {
  readonly cap: Cap
  readonly window: CapWindow
  /** The digest of the session whose window it is; empty when the cap does not bind each session. */
  readonly session: string
}

type Shortage = {
  readonly kind: 'short'
  readonly of: BindingCap | 'balance'
  readonly available: bigint
}

/**
 * A window that ends within this time, in ms, is not leased from any more: the lease would be over
 * before the answer is read, so the gateway asks again in the next window.
 */
const WINDOW_TAIL_MS = 100

/**
 * Moves a bounded amount of a payer's balance, and of every cap on the scope path, to one gateway
 * process: from all of them in one transaction, or from none (spending §1.1, §1.2). A repeat of a
 * request id gets the same lease. When free parts of other leases are missing they are recalled after
 * the commit; no transaction waits for a gateway (spending §1.5).
 */
export async function grantLease(
  deps: GrantLeaseDeps,
  slot: string,
  request: LeaseRequest,
): Promise<LeaseResponse> {
  const wish = leaseWishOf(request)
  const outcome = await deps.transactions.run((tx) => grant(deps, tx, slot, wish))
  return outcome.kind === 'short' ? recallOrRefuse(deps, wish, outcome) : outcome
}

async function grant(
  deps: GrantLeaseDeps,
  tx: Transaction,
  slot: string,
  wish: LeaseWish,
): Promise<LeaseResponse | Shortage> {
  const { epoch, frozen, reason } = await deps.epochs.hold(tx)
  await requireGrantable(deps, tx, slot, wish.incarnationId)
  const now = deps.clock.now()
  const before = await deps.leases.ofRequest(tx, wish.incarnationId, wish.requestId)
  if (before !== undefined) {
    if (before.payerId !== wish.payerId) throw refuse('payments.lease_request_reused')
    return granted(before, wish, { now, windows: await deps.leases.windowsOf(tx, before.id) })
  }
  if (frozen) return { kind: 'frozen', reason }

  await deps.leases.lockPayer(tx, wish.payerId)
  const all = { kind: 'organization', id: wish.payerId } as const
  const stop = await deps.stops.inForce(tx, wish.payerId, all)
  if (stop !== undefined) return { kind: 'frozen', reason: `spending is stopped: ${stop.reason}` }
  const bindings = await bindingCaps(deps, tx, wish, now)
  const endsAt = earliestEnd(bindings)
  if (endsAt !== null && endsAt - now <= WINDOW_TAIL_MS) {
    return { kind: 'recalling', retryAfterMs: Math.max(1, endsAt - now) }
  }
  const size = sizeLease(wish, await sourcesOf(deps, tx, wish, bindings))
  if (size.kind === 'short') {
    return { kind: 'short', of: size.source, available: size.available }
  }
  const lease: GrantedLease = {
    id: deps.ids.make('les'),
    incarnationId: wish.incarnationId,
    payerId: wish.payerId,
    asset: USD.id,
    granted: size.amount,
    used: 0n,
    returned: 0n,
    state: 'open',
    epoch,
    stopsAt: instant(Math.min(now + LEASE_TTL_MS, endsAt ?? Number.POSITIVE_INFINITY)),
  }
  const windows = bindings.map(windowKeyOf)
  await moveIntoLease(deps, tx, { lease, wish, windows, now })
  return granted(lease, wish, { now, windows })
}

async function requireGrantable(
  deps: GrantLeaseDeps,
  tx: Transaction,
  slot: string,
  id: Id<'inc'>,
): Promise<void> {
  const incarnation = await deps.incarnations.lock(tx, id, 'grant')
  if (incarnation === undefined) throw refuse('payments.incarnation_unknown')
  if (incarnation.slot !== slot) throw refuse('payments.slot_mismatch')
  if (incarnation.state !== 'open' || incarnation.successorId !== null) {
    throw refuse('payments.incarnation_closed')
  }
}

/** The caps of the scope path; a path that misses a cap of every call is out of date. */
async function bindingCaps(
  deps: GrantLeaseDeps,
  tx: Transaction,
  wish: LeaseWish,
  now: Instant,
): Promise<BindingCap[]> {
  const inForce = (await deps.caps.lockPath(tx, wish.payerId, wish.capIds)).filter(isWindowed)
  const named = new Set<Id<'cap'>>(wish.capIds)
  const missing = inForce.find((cap) => bindsEveryCall(cap) && !named.has(cap.id))
  const known = new Set(inForce.map(({ id }) => id))
  const unknown = wish.capIds.find((id) => !known.has(id))
  const stale = missing?.id ?? unknown
  if (stale !== undefined) throw refuse('payments.scope_stale', { members: { capId: stale } })
  return inForce.map((cap) => ({
    cap,
    window: windowAt(cap.period, now),
    session: cap.scope.kind === 'session' ? requireSession(wish) : '',
  }))
}

function requireSession({ session }: LeaseWish): string {
  if (session === undefined) throw malformed('a cap of the path binds each session; none is named')
  return session
}

function earliestEnd(bindings: readonly BindingCap[]): Instant | null {
  let earliest: Instant | null = null
  for (const { endsAt } of bindings.map(({ window }) => window)) {
    if (endsAt !== null && (earliest === null || endsAt < earliest)) earliest = endsAt
  }
  return earliest
}

/** What each source of the vector still has: the caps first, the balance last. */
async function sourcesOf(
  deps: GrantLeaseDeps,
  tx: Transaction,
  wish: LeaseWish,
  bindings: readonly BindingCap[],
): Promise<LeaseSource<BindingCap | 'balance'>[]> {
  const sources: LeaseSource<BindingCap | 'balance'>[] = []
  for (const binding of bindings) {
    const { endsAt } = binding.window
    const ceiling = binding.cap.amount
    const taken = await deps.caps.lockWindow(tx, { ...windowKeyOf(binding), endsAt, ceiling })
    // Below zero after the cap was lowered: nothing is left until enough came back.
    const left = binding.cap.amount - taken
    sources.push({ name: binding, available: left > 0n ? left : 0n })
  }
  const balance = await deps.ledger.balance(tx, accountNames.available(wish.payerId), USD.id)
  return [...sources, { name: 'balance', available: balance.available }]
}

async function moveIntoLease(
  deps: GrantLeaseDeps,
  tx: Transaction,
  move: {
    readonly lease: GrantedLease
    readonly wish: LeaseWish
    readonly windows: readonly WindowKey[]
    readonly now: Instant
  },
): Promise<void> {
  const { lease, wish, windows, now } = move
  await deps.leases.add(tx, { ...lease, requestId: wish.requestId, openedAt: now }, windows)
  await deps.caps.take(tx, windows, lease.granted)
  const leased = accountNames.leased(lease.payerId, lease.incarnationId)
  await deps.ledger.openAccount(tx, leased, lease.asset)
  await deps.ledger.post(tx, [
    {
      id: transferIdOf('lease grant', lease.id),
      debit: accountNames.available(lease.payerId),
      credit: leased,
      amount: money(lease.granted, lease.asset),
      reference: lease.id,
    },
  ])
}

/**
 * Not enough of one source: recalls free parts while there is hope, then says what is short. In a
 * transaction of its own, because leases are locked before caps (spending §1.6).
 */
async function recallOrRefuse(
  deps: GrantLeaseDeps,
  wish: LeaseWish,
  { of, available }: Shortage,
): Promise<LeaseResponse> {
  const shortOf: RecallQuery['shortOf'] =
    of === 'balance'
      ? { kind: 'payer', payerId: wish.payerId, asset: USD.id }
      : { kind: 'window', window: windowKeyOf(of) }
  const need = { shortOf, missing: wish.needed - available, now: deps.clock.now() }
  const recalls = await deps.transactions.run((tx) => chooseRecalls(deps, tx, need))
  for (const { incarnationId, leaseIds } of recalls) deps.gateways.recall(incarnationId, leaseIds)
  if (recalls.length > 0) return { kind: 'recalling', retryAfterMs: RECALL_RETRY_AFTER_MS }
  return of === 'balance'
    ? { kind: 'insufficient_funds', available: available.toString() }
    : { kind: 'cap_exceeded', capId: of.cap.id, remaining: available.toString() }
}

function windowKeyOf({ cap, window, session }: BindingCap): WindowKey {
  return { capId: cap.id, startsAt: window.startsAt, session }
}

function granted(
  lease: GrantedLease,
  wish: LeaseWish,
  { now, windows }: { readonly now: Instant; readonly windows: readonly WindowKey[] },
): LeaseResponse {
  if (lease.state !== 'open') throw refuse('payments.lease_request_spent')
  return {
    kind: 'granted',
    lease: {
      leaseId: lease.id,
      payerId: lease.payerId,
      capIds: [...wish.capIds],
      windows: windows.map(({ capId, startsAt, session }) =>
        session === '' ? { capId, startsAtMs: startsAt } : { capId, startsAtMs: startsAt, session },
      ),
      asset: lease.asset,
      granted: lease.granted.toString(),
      epoch: lease.epoch,
      ttlMs: Math.max(1, lease.stopsAt - now),
    },
  }
}
