import type { Permission } from '@mcp-orchestra/api/permission'
import type { AssetId, Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Cap, CapScope, CapStanding } from './cap/cap.ts'
import type { CapPeriod, CapWindow } from './cap/window.ts'
import type { Case, CaseKind, CaseOpening } from './case/case.ts'
import type { TopUp } from './funds/top-up.ts'
import type { Incarnation, IncarnationState } from './incarnation/incarnation.ts'
import type { DatabaseHistory, LedgerEpoch } from './incarnation/ledger-epoch.ts'
import type { FeeKey, FeeTotal, LeaseChange } from './journal/batch-plan.ts'
import type { Intent } from './journal/entry.ts'
import type { MeterKey, MeterTotal } from './journal/meter-total.ts'
import type { ChainPosition } from './journal/hash-chain.ts'
import type { Lease } from './lease/lease.ts'
import type { Records } from './reconcile/compare-records.ts'
import type { Stop, StopScope } from './stop/stop.ts'
import type { Mandate, MandatePrincipal, MandateStanding } from './mandate/mandate.ts'
import type { Reconciliation } from './reconcile/reconciliation.ts'

/** Speaks to connected gateways over the snapshot stream; a gateway that is away hears nothing. */
export interface GatewayCommands {
  /** Asks an incarnation to give back what is free of these leases (spending §1.5). */
  recall(incarnationId: string, leaseIds: readonly string[]): void
}

/** Which organizations there are and whose keys, projects and agents are; identity's door implements it. */
export interface Directory {
  exists(tx: Transaction, id: Id<'org'>): Promise<boolean>
  /** Whose a key is, which key it succeeded in the end (itself, when none), and what it may do. */
  keyOf(
    tx: Transaction,
    id: Id<'key'>,
  ): Promise<
    | {
        readonly organizationId: Id<'org'>
        readonly rootId: Id<'key'>
        readonly permissions: readonly Permission[]
      }
    | undefined
  >
  /** Whose project or agent it is; undefined when there is none, or none any more. */
  ownerOfGroup(tx: Transaction, id: Id<'prj'> | Id<'agt'>): Promise<Id<'org'> | undefined>
}

/** Who publishes a server; undefined when there is none. The hub's door implements it. */
export interface ServerDirectory {
  listingOf(tx: Transaction, serverId: string): Promise<{ readonly ownerId: Id<'org'> } | undefined>
}

/** Gateway processes and where their journals stand. */
export interface IncarnationStore {
  /** Registers a new process with an empty journal; false when it is known already. */
  add(tx: Transaction, incarnation: Incarnation, genesis: ChainPosition): Promise<boolean>
  /**
   * `grant` shuts out other grants and the end, `batch` only the end, `end` everything, until commit.
   * Undefined when the process is not known.
   */
  lock(
    tx: Transaction,
    id: Id<'inc'>,
    purpose: 'grant' | 'batch' | 'end',
  ): Promise<Incarnation | undefined>
  close(tx: Transaction, id: Id<'inc'>, state: 'ended' | 'lost', at: Instant): Promise<void>
  succeed(tx: Transaction, id: Id<'inc'>, successorId: Id<'inc'>): Promise<void>
  /** Notes that its leases and its cursor are known in this epoch, and how far its journal reaches. */
  report(tx: Transaction, id: Id<'inc'>, epoch: number, seq: number): Promise<void>
  /** Open ones of a slot. */
  openOfSlot(tx: Transaction, slot: string): Promise<Incarnation[]>
  /** Open ones that have not reported in this epoch, or whose journal is not applied as far as it reaches. */
  behind(tx: Transaction, epoch: number): Promise<Id<'inc'>[]>
  /** Slots with a process that reported in this epoch. */
  reportedSlots(tx: Transaction, epoch: number): Promise<string[]>
  cursor(tx: Transaction, id: Id<'inc'>): Promise<JournalStanding | undefined>
}

/** A journal's cursor and its process's state. */
export type JournalStanding = ChainPosition & { readonly state: IncarnationState }

/** The number of the database's history, one row (spending §5.18). */
export interface EpochStore {
  read(tx: Transaction): Promise<LedgerEpoch>
  /** Reads it and holds off a change of it until commit; other holders are welcome. */
  hold(tx: Transaction): Promise<LedgerEpoch>
  /** Reads it and holds off every other change of it until commit. */
  lock(tx: Transaction): Promise<LedgerEpoch>
  write(tx: Transaction, epoch: LedgerEpoch): Promise<void>
  /** The history of the database as it is now; undefined where the server does not let us look. */
  databaseHistory(tx: Transaction): Promise<DatabaseHistory | undefined>
  /** The history that was remembered last; undefined before the first time. */
  rememberedHistory(tx: Transaction): Promise<DatabaseHistory | undefined>
  rememberHistory(tx: Transaction, history: DatabaseHistory): Promise<void>
}

/** What the platform put forward for a lease that a restore had lost. */
export type Advance = {
  readonly leaseId: Id<'les'>
  readonly payerId: Id<'org'>
  readonly asset: AssetId
  readonly amount: bigint
}

/** Leases, the payers they were taken from, and the windows besides. */
export interface LeaseStore {
  /** Serializes grants to one payer until commit. */
  lockPayer(tx: Transaction, payerId: Id<'org'>): Promise<void>
  ofRequest(
    tx: Transaction,
    incarnationId: Id<'inc'>,
    requestId: string,
  ): Promise<GrantedLease | undefined>
  add(tx: Transaction, lease: NewLease, windows: readonly WindowKey[]): Promise<void>
  /** What a lease was taken from besides the balance. */
  windowsOf(tx: Transaction, id: Id<'les'>): Promise<WindowKey[]>
  /** Locks leases in order of id; unknown ids are absent. */
  lock(tx: Transaction, ids: readonly Id<'les'>[]): Promise<Lease[]>
  lockOpenOf(tx: Transaction, incarnationId: Id<'inc'>): Promise<Lease[]>
  apply(tx: Transaction, changes: readonly LeaseClosing[], at: Instant): Promise<void>
  /** Open leases that may hold a free part, those with the most first, without the often asked ones. */
  recallable(tx: Transaction, query: RecallQuery): Promise<RecallableLease[]>
  /** Notes one more ask of each; the count starts anew when the last ask is older than `forgetBefore`. */
  noteRecall(
    tx: Transaction,
    ids: readonly Id<'les'>[],
    at: Instant,
    forgetBefore: Instant,
  ): Promise<void>
  /** The windows of caps that a lease was taken from. */
  takenWindowsOf(tx: Transaction, leaseId: Id<'les'>): Promise<TakenWindow[]>
  /** What a payer's open leases hold that is neither used nor returned. */
  openRemainder(tx: Transaction, payerId: Id<'org'>, asset: AssetId): Promise<bigint>
  exposure(tx: Transaction, query: ExposureQuery): Promise<LeaseExposure[]>
  addAdvance(tx: Transaction, advance: Advance, at: Instant): Promise<void>
  lockAdvances(tx: Transaction): Promise<Advance[]>
  collectAdvance(tx: Transaction, leaseId: Id<'les'>, at: Instant): Promise<void>
}

/** A window of a cap that a lease was taken from. */
export type TakenWindow = {
  readonly capId: Id<'cap'>
  readonly scopeKind: CapScope['kind']
  readonly period: CapPeriod
  readonly startsAt: Instant
  readonly endsAt: Instant | null
}

/** A lease as it is written down at grant. */
export type NewLease = {
  readonly id: Id<'les'>
  readonly incarnationId: Id<'inc'>
  readonly requestId: string | null
  readonly payerId: Id<'org'>
  readonly asset: AssetId
  readonly granted: bigint
  readonly epoch: number
  readonly stopsAt: Instant
  readonly openedAt: Instant
}

/** A lease with what its gateway was told when it was granted. */
export type GrantedLease = Lease & { readonly epoch: number; readonly stopsAt: Instant }

/** A change of a lease; `lost` closes it by an operator's act. */
export type LeaseClosing = Omit<LeaseChange, 'state'> & {
  readonly state: 'open' | 'closed' | 'lost'
}

/** One window of one cap; `session` is empty but for caps that bind each session. */
export type WindowKey = {
  readonly capId: Id<'cap'>
  readonly startsAt: Instant
  readonly session: string
}

/** Whose free parts are missing: the payer's, or those of one cap's window. */
export type RecallQuery = {
  readonly shortOf:
    | { readonly kind: 'payer'; readonly payerId: Id<'org'>; readonly asset: AssetId }
    | { readonly kind: 'window'; readonly window: WindowKey }
    /** Any window of a cap. */
    | { readonly kind: 'cap'; readonly capId: Id<'cap'> }
  /** A lease asked this often without an answer is left alone … */
  readonly asksMax: number
  /** … until this moment lies after the last ask. */
  readonly forgetBefore: Instant
  readonly limit: number
}

/** A lease that may give something back. */
export type RecallableLease = {
  readonly id: Id<'les'>
  readonly incarnationId: Id<'inc'>
  readonly remainder: bigint
}

/** Which open leases: of one payer, or of all; only those before an id, when it is given. */
export type ExposureQuery = {
  readonly payerId: Id<'org'> | null
  readonly before: Id<'les'> | undefined
  readonly limit: number
}

/** An open lease as people see it: what a lost disk could cost (spending §4.17). */
export type LeaseExposure = Lease & {
  readonly slot: string
  readonly capIds: readonly Id<'cap'>[]
  readonly stopsAt: Instant
  readonly openedAt: Instant
}

/** Hard caps and their windows. */
export interface CapStore {
  add(tx: Transaction, cap: Cap): Promise<void>
  /** Sets the amount; what is taken already of a window that has not ended stays taken. */
  change(tx: Transaction, id: Id<'cap'>, amount: bigint, at: Instant): Promise<void>
  /** Marks a cap as removed; its windows stay, for the leases that were taken from them. */
  remove(tx: Transaction, id: Id<'cap'>, at: Instant): Promise<void>
  /** The same for all caps of a scope; names them. */
  removeOf(tx: Transaction, scope: CapScope, at: Instant): Promise<Id<'cap'>[]>
  /** Caps in force of one organization, or all; with what is taken of their windows at `at`. */
  page(tx: Transaction, query: CapPageQuery): Promise<CapStanding[]>
  /** Caps in force that are named, or that bind every call of the organization; held against change until commit. */
  lockPath(tx: Transaction, organizationId: Id<'org'>, ids: readonly Id<'cap'>[]): Promise<Cap[]>
  /** How many caps are in force, of the organization and of one scope of it. */
  count(
    tx: Transaction,
    organizationId: Id<'org'>,
    scope: CapScope,
  ): Promise<{ readonly all: number; readonly ofScope: number }>
  /** What leases hold of a window, locked until commit; a new window holds nothing. */
  lockWindow(tx: Transaction, window: WindowKey & NewWindow): Promise<bigint>
  /** What leases hold of a window; of a session cap, of its fullest session. */
  taken(tx: Transaction, capId: Id<'cap'>, startsAt: Instant): Promise<bigint>
  /** Takes an amount from each window; the database refuses more than the cap. */
  take(tx: Transaction, windows: readonly WindowKey[], amount: bigint): Promise<void>
  /** The same for a lease that a restored database has lost: it was taken, whatever the cap says now. */
  retake(tx: Transaction, windows: readonly WindowKey[], amount: bigint): Promise<void>
  /** These caps of an organization, in force or not. */
  known(tx: Transaction, organizationId: Id<'org'>, ids: readonly Id<'cap'>[]): Promise<Cap[]>
  /** Gives the windows of each lease back what came back of it. */
  giveBack(
    tx: Transaction,
    leases: readonly { readonly id: Id<'les'>; readonly givenBack: bigint }[],
  ): Promise<void>
  /** A cap in force, locked until commit. */
  find(tx: Transaction, id: Id<'cap'>): Promise<Cap | undefined>
}

/** When a window ends, and how much it may hold when it is made. */
export type NewWindow = { readonly endsAt: Instant | null; readonly ceiling: bigint }

/** Which caps: of one organization, or all, with the window of each period that is asked for. */
export type CapPageQuery = {
  readonly organizationId: Id<'org'> | null
  readonly windowOf: (period: CapPeriod) => CapWindow
  readonly before: Id<'cap'> | undefined
  readonly limit: number
}

/** Mandates, with what their caps hold. */
export interface MandateStore {
  add(tx: Transaction, mandate: Mandate): Promise<void>
  find(tx: Transaction, id: Id<'mdt'>): Promise<MandateStanding | undefined>
  revoke(tx: Transaction, id: Id<'mdt'>, at: Instant): Promise<void>
  /** Those of a key or an agent that gateways know, ended ones among them. */
  announcedOf(
    tx: Transaction,
    organizationId: Id<'org'>,
    principal: MandatePrincipal,
  ): Promise<Mandate[]>
  /** Notes that gateways do not know them any more. */
  forget(tx: Transaction, ids: readonly Id<'mdt'>[]): Promise<void>
  page(tx: Transaction, query: MandatePageQuery): Promise<MandateStanding[]>
}

/** Which mandates of an organization, newest first. */
export type MandatePageQuery = {
  readonly organizationId: Id<'org'>
  readonly principalId: MandatePrincipal['id'] | undefined
  readonly before: Id<'mdt'> | undefined
  readonly limit: number
}

/** Stops of spending. */
export interface StopStore {
  add(tx: Transaction, stop: Stop): Promise<void>
  /** The stop of this very scope that was not resumed. */
  inForce(tx: Transaction, organizationId: Id<'org'>, scope: StopScope): Promise<Stop | undefined>
  /** A stop in force, locked until commit. */
  lock(tx: Transaction, id: Id<'stp'>): Promise<Stop | undefined>
  resume(tx: Transaction, id: Id<'stp'>, at: Instant): Promise<void>
  page(tx: Transaction, query: StopPageQuery): Promise<Stop[]>
}

/** Which stops of an organization, newest first. */
export type StopPageQuery = {
  readonly organizationId: Id<'org'>
  readonly state: 'in_force' | 'resumed' | undefined
  readonly before: Id<'stp'> | undefined
  readonly limit: number
}

/** What makes a journal's records count once. */
export interface JournalStore {
  /** The cursor, locked until commit: one batch of a journal at a time. */
  lockCursor(tx: Transaction, incarnationId: Id<'inc'>): Promise<ChainPosition | undefined>
  advance(tx: Transaction, incarnationId: Id<'inc'>, to: ChainPosition): Promise<void>
  addBatch(tx: Transaction, batch: AppliedBatch): Promise<void>
  /** Claims purchases that never posted; a concurrent claimer is waited for. */
  claimPurchases(tx: Transaction, ids: readonly Id<'pur'>[], at: Instant): Promise<Id<'pur'>[]>
  /** Keeps the claims that posted and gives up the others. */
  settleClaims(
    tx: Transaction,
    claimed: readonly Id<'pur'>[],
    posted: readonly { readonly id: Id<'pur'>; readonly eventId: Id<'evt'> }[],
  ): Promise<void>
  /** Forgets purchases posted before; returns how many. */
  prunePurchases(tx: Transaction, before: Instant, limit: number): Promise<number>
  /** Open intents of a journal: those of these ids, or all. */
  intents(
    tx: Transaction,
    incarnationId: Id<'inc'>,
    ids: readonly Id<'evt'>[] | 'all',
  ): Promise<Intent[]>
  changeIntents(
    tx: Transaction,
    incarnationId: Id<'inc'>,
    opened: readonly Intent[],
    closed: readonly Id<'evt'>[],
  ): Promise<void>
  /** Units by key, locked in order until commit; keys may repeat, a new one stands at zero. */
  lockMeterTotals(tx: Transaction, keys: readonly MeterKey[]): Promise<MeterTotal[]>
  saveMeterTotals(tx: Transaction, totals: readonly MeterTotal[]): Promise<void>
  /** Cumulative gross by key, locked in order until commit; a new key stands at zero. */
  lockFeeTotals(tx: Transaction, keys: readonly FeeKey[]): Promise<FeeTotal[]>
  saveFeeTotals(tx: Transaction, totals: readonly FeeTotal[]): Promise<void>
}

/** A batch as it is remembered: the root that receipts are proven against, and its leaves. */
export type AppliedBatch = {
  readonly incarnationId: Id<'inc'>
  readonly firstSeq: number
  readonly lastSeq: number
  readonly merkleRoot: Buffer
  readonly leaves: readonly Buffer[]
  readonly appliedAt: Instant
}

/** A case as it is written down when it is opened. */
export type NewCase = CaseOpening & { readonly id: Id<'cas'> }

/** What people have to look at. */
export interface CaseStore {
  /** Opens cases, or adds an occurrence to the open one of the same kind and subject. */
  open(tx: Transaction, openings: readonly NewCase[], at: Instant): Promise<void>
  resolve(tx: Transaction, kind: CaseKind, subject: string): Promise<void>
  page(tx: Transaction, query: CasePageQuery): Promise<Case[]>
}

/** Which cases, newest first. */
export type CasePageQuery = {
  /** Null for the operator, who sees all. */
  readonly organizationId: Id<'org'> | null
  readonly state: 'open' | 'resolved' | undefined
  readonly before: Id<'cas'> | undefined
  readonly limit: number
}

/** Top-ups by idempotency key. */
export interface TopUpStore {
  /** Writes it unless the operator used the key before; returns what stands under the key. */
  addOnce(tx: Transaction, topUp: TopUp): Promise<TopUp>
}

/** Publishers: the rows that their sweeps, refunds and payouts wait for, and what they earned in. */
export interface PublisherStore {
  /** Serializes sweep, refund and payout of one publisher until commit (spending §8.23). */
  lockPublisher(tx: Transaction, publisherId: Id<'org'>): Promise<void>
  /** The same for several at once, in one order whatever the caller's. */
  lockPublishers(tx: Transaction, publisherIds: readonly Id<'org'>[]): Promise<void>
  /** Publishers that ever earned in an asset, in order of id, after the given one. */
  page(
    tx: Transaction,
    after: Id<'org'> | undefined,
    limit: number,
  ): Promise<{ readonly publisherId: Id<'org'>; readonly asset: AssetId }[]>
  /** Holds off other sweeps until commit. */
  lockSweep(tx: Transaction): Promise<void>
}

/** What payments' own tables say, and where reconciliations are kept. */
export interface ReconciliationStore {
  /** Makes the transaction read one moment; another reconciliation that runs → a refusal. */
  begin(tx: Transaction): Promise<void>
  records(tx: Transaction): Promise<Records>
  add(tx: Transaction, reconciliation: Reconciliation): Promise<void>
  page(
    tx: Transaction,
    query: { readonly before: Id<'rcn'> | undefined; readonly limit: number },
  ): Promise<Reconciliation[]>
}
