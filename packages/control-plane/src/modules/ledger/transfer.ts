import type { AssetId, Id, Instant, Money } from '@mcp-orchestra/kernel'
import type { AccountName } from './account-name.ts'

/** X posted at once · H hold · P post of a hold · V void of a hold. Kept as one letter in SQL. */
export const TRANSFER_KINDS = { X: 'posted', H: 'hold', P: 'post of a hold', V: 'void of a hold' }

/** One of {@link TRANSFER_KINDS}. */
export type TransferKind = keyof typeof TRANSFER_KINDS

/** Money that moves from the debited to the credited account. The id, made by the caller, is its idempotency key. */
export type TransferRequest = {
  readonly id: Id<'txn'>
  readonly debit: AccountName
  readonly credit: AccountName
  /** More than zero; a caller that has nothing to move skips the transfer. */
  readonly amount: Money
  /** A UUID that several transfers of one thing share. */
  readonly link?: string
  /** What it was for, in the caller's words; at most {@link REFERENCE_CHARS_MAX} characters. */
  readonly reference?: string
}

/** Money set aside on the debited account until it is posted or voided, once. */
export type HoldRequest = TransferRequest & {
  /** When somebody should void it. Time alone frees nothing: an expiry is a void with a derived id. */
  readonly expiresAt?: Instant
}

/** Posts a hold, in whole or in part; what is not posted is free again. */
export type PostHoldRequest = {
  readonly id: Id<'txn'>
  readonly holdId: Id<'txn'>
  readonly amount: Money
  readonly link?: string
  readonly reference?: string
}

/** Frees a hold in whole. */
export type VoidHoldRequest = {
  readonly id: Id<'txn'>
  readonly holdId: Id<'txn'>
  readonly link?: string
  readonly reference?: string
}

/** Whether this call wrote the transfer; false: it was there already, with the same content. */
export type Applied = { readonly id: Id<'txn'>; readonly applied: boolean }

/** A transfer as it was written; it never changes. */
export type Transfer = {
  readonly id: Id<'txn'>
  /** Order of writing, for paging; has gaps. */
  readonly seq: bigint
  readonly kind: TransferKind
  readonly debit: AccountName
  readonly credit: AccountName
  readonly amount: Money
  readonly holdId: Id<'txn'> | null
  readonly link: string | null
  readonly reference: string | null
  readonly at: Instant
  readonly expiresAt: Instant | null
}

/** Which transfers to read, newest first. */
export type TransferFilter = {
  readonly account?: AccountName
  /** Only those that touch an account of this organization. */
  readonly organizationId?: Id<'org'>
  readonly ids?: readonly Id<'txn'>[]
  readonly link?: string
  /** This transfer, and those that share its link. */
  readonly togetherWith?: Id<'txn'>
  /** Only those written before this one: the last `seq` of the page before. */
  readonly beforeSeq?: bigint
  /** 1 to {@link PAGE_SIZE_MAX}; a page asks for one more, to know whether there is a next one. */
  readonly limit?: number
}

/** Rows in a page when nobody says. */
export const PAGE_SIZE_DEFAULT = 50
/** Rows read at most: a page of 200 (some 60 KB of JSON), and one to see whether there is a next. */
export const PAGE_SIZE_MAX = 201
/** Characters of a reference at most: a sentence, not a document. */
export const REFERENCE_CHARS_MAX = 200
/** Transfers in one call at most: a batch of 500 still commits within 200 ms (infra.md 2.3). */
export const TRANSFERS_MAX = 1_000

/** The content that a replay of an id must repeat. */
export type TransferContent = {
  readonly kind: TransferKind
  readonly debit: string
  readonly credit: string
  readonly amount: bigint
  readonly asset: AssetId
  readonly holdId: Id<'txn'> | null
  readonly link: string | null
  readonly reference: string | null
}

/** Whether a replay says the same as what was written. */
export function isSameContent(a: TransferContent, b: TransferContent): boolean {
  return (
    a.kind === b.kind &&
    a.debit === b.debit &&
    a.credit === b.credit &&
    a.amount === b.amount &&
    a.asset === b.asset &&
    a.holdId === b.holdId &&
    a.link?.toLowerCase() === b.link?.toLowerCase() &&
    a.reference === b.reference
  )
}
