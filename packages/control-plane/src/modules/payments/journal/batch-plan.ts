import type { AssetId, Id } from '@mcp-orchestra/kernel'
import type { TransferRequest } from '../../ledger/index.ts'
import type { Price, UsageEvent } from '../../metering/index.ts'
import type { CaseOpening } from '../case/case.ts'
import type { Lease } from '../lease/lease.ts'
import type { ShareAgreement } from '../share/share-agreement.ts'
import type { Intent, JournalEntry } from './entry.ts'
import type { MeterTotal } from './meter-total.ts'

/** A batch whose chain holds, decoded. */
export type Batch = {
  readonly incarnationId: Id<'inc'>
  readonly entries: readonly JournalEntry[]
}

/** The gross that one (payer, publisher, asset, fee, agreement) has ever posted: it is split (spending §2.9). */
export type FeeTotal = {
  readonly payerId: Id<'org'>
  readonly publisherId: Id<'org'>
  readonly asset: AssetId
  readonly feeBps: number
  /** The agreement on shares that it was sold under. */
  readonly shareId: Id<'shr'> | null
  readonly gross: bigint
  /** What of it was given back: fees are on the rest (spending §8.23). */
  readonly refunded: bigint
}

/** What fees and shares are cumulative over. */
export type FeeKey = Omit<FeeTotal, 'gross' | 'refunded'>

/** What the database knew, under lock, when the batch was folded. */
export type FoldState = {
  /** A lost incarnation's journal still arrives, but never at the payer's cost (spending §1.3). */
  readonly incarnationState: 'open' | 'lost'
  /** The leases that the batch names; with an `incarnation_end`, every open one besides. */
  readonly leases: ReadonlyMap<Id<'les'>, Lease>
  readonly prices: ReadonlyMap<Id<'prc'>, Price>
  readonly feeTotals: readonly FeeTotal[]
  readonly meterTotals: readonly MeterTotal[]
  /** Every version of the agreements on shares of the servers that were called. */
  readonly agreements: readonly ShareAgreement[]
  /** Events of the batch that were recorded before, from whichever journal. */
  readonly knownEvents: ReadonlySet<Id<'evt'>>
  /** Keyed purchases of the batch that have not posted yet and are claimed by this transaction. */
  readonly claimedPurchases: ReadonlySet<Id<'pur'>>
  /** Intents of this journal whose end is not known yet. */
  readonly intents: readonly Intent[]
  /** Assets that the ledger has accounts for. */
  readonly assets: ReadonlySet<AssetId>
}

/** What a lease has been through after the batch: absolute, not differences. */
export type LeaseChange = {
  readonly id: Id<'les'>
  readonly used: bigint
  readonly returned: bigint
  readonly state: 'open' | 'closed'
  /** How much of it came back in this batch: the cap windows get the same back. */
  readonly givenBack: bigint
}

/** All that one batch changes: computed purely, written in one transaction with the cursor (spending §4.15). */
export type BatchPlan = {
  readonly events: readonly UsageEvent[]
  /** Their ids are derived from what they are, so that writing one twice is writing it once. */
  readonly transfers: readonly TransferRequest[]
  readonly leases: readonly LeaseChange[]
  /** Absolute cumulative gross after the batch, of every total that changed. */
  readonly feeTotals: readonly FeeTotal[]
  /** Absolute units after the batch, of every total that changed. */
  readonly meterTotals: readonly MeterTotal[]
  readonly purchases: readonly { readonly id: Id<'pur'>; readonly eventId: Id<'evt'> }[]
  readonly intentsOpened: readonly Intent[]
  readonly intentsClosed: readonly Id<'evt'>[]
  readonly cases: readonly CaseOpening[]
  /** Whether the journal said its last word. */
  readonly ended: boolean
}
