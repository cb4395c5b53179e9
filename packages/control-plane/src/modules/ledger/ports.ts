import type { ArchiveLine } from '@mcp-orchestra/api/ledger-archive'
import type { Asset, AssetId, Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { AccountName, AccountRules } from './account-name.ts'
import type { ListedAsset } from './asset.ts'
import type { AccountRow, Balance, Difference } from './balance.ts'
import type { Period, StatementQuery, StatementReading } from './statement.ts'
import type {
  HoldRequest,
  PostHoldRequest,
  Transfer,
  TransferContent,
  TransferFilter,
  VoidHoldRequest,
} from './transfer.ts'

/** A posted transfer or a hold to write. */
export type NewTransfer = HoldRequest & { readonly kind: 'X' | 'H' }

/** A resolution to write; a void has no amount of its own. */
export type NewResolution =
  | (PostHoldRequest & { readonly kind: 'P' })
  | (VoidHoldRequest & { readonly kind: 'V' })

/** Which accounts to read, by name. */
export type AccountFilter = {
  readonly organizationId?: Id<'org'>
  /** Only names after this one: the last name of the page before. */
  readonly afterName?: string
  readonly limit: number
}

/**
 * Where the books lie. Throws the module's problems; rules (limits, one resolution, append-only) are
 * the store's own, not the caller's good will.
 */
export interface LedgerStore {
  /** Opens what is not open yet; asks for an asset the store does not keep → `ledger.unknown_asset`. */
  openAccounts(
    tx: Transaction,
    accounts: readonly { readonly name: AccountName; readonly rules: AccountRules }[],
    asset: AssetId,
  ): Promise<void>
  /** Writes in one statement; returns the ids that were not there yet. */
  insert(tx: Transaction, transfers: readonly NewTransfer[]): Promise<ReadonlySet<Id<'txn'>>>
  /** Writes a resolution of a hold; whether it was not there yet. */
  resolve(tx: Transaction, resolution: NewResolution): Promise<boolean>
  /** What is written under these ids. */
  contents(
    tx: Transaction,
    ids: readonly Id<'txn'>[],
  ): Promise<ReadonlyMap<Id<'txn'>, TransferContent>>
  /** Balances of the accounts that are open; in the transaction's view, or the latest committed. */
  balances(
    tx: Transaction | undefined,
    names: readonly AccountName[],
    asset: AssetId,
  ): Promise<ReadonlyMap<AccountName, Balance>>
  accounts(filter: AccountFilter): Promise<readonly AccountRow[]>
  transfers(filter: TransferFilter & { readonly limit: number }): Promise<readonly Transfer[]>
  /** Every account as projected and as rebuilt from transfers, read at one moment. */
  audit(): Promise<readonly Difference[]>
}

/** Where assets are kept. */
export interface AssetStore {
  page(query: { readonly after?: string; readonly limit: number }): Promise<readonly ListedAsset[]>
  find(ids: readonly AssetId[]): Promise<readonly ListedAsset[]>
  /** An id or code that is taken → `ledger.asset_exists`. */
  add(tx: Transaction, asset: Asset, at: Instant): Promise<ListedAsset>
  /** Locked against another change until commit. */
  lock(tx: Transaction, code: string): Promise<ListedAsset | undefined>
  /** Somebody holds it, or it is the metering unit → `ledger.asset_held`. */
  setDelisted(tx: Transaction, id: AssetId, at: Instant | null): Promise<void>
}

/** What a statement, a point in time and the close of a day need of the books. */
export interface BooksStore {
  /** Reads at one moment; an account that is not open has moved nothing. */
  readStatement(tx: Transaction, query: StatementQuery): Promise<StatementReading>
  balancesAt(tx: Transaction, at: Instant): Promise<readonly AccountRow[]>
  /** The first moment of the first day that is not closed; undefined before any was. */
  openFrom(tx: Transaction): Promise<Instant | undefined>
  /** The first day (`2026-11-30`) that has ended and was not drawn up yet. */
  nextDay(tx: Transaction): Promise<string | undefined>
  /** Waits for transfers that are being written; later ones are of a later day. Closed is closed. */
  closeDay(tx: Transaction, day: string): Promise<void>
  /** Writes what each account that moved on a closed day held at its end; the days before it are drawn up. */
  drawClosing(tx: Transaction, day: string): Promise<void>
}

/** What an archive is written from; times with all their digits. */
export interface ArchiveStore {
  assets(tx: Transaction): Promise<readonly Omit<ArchiveAsset, 'line'>[]>
  /** A place in the order of writing before every transfer of the period. */
  placeBefore(tx: Transaction, period: Period): Promise<bigint>
  /** Those of a period in the order of writing, after a place. */
  transfers(
    tx: Transaction,
    query: Period & { readonly after: bigint; readonly limit: number },
  ): Promise<readonly Omit<ArchiveTransfer, 'line'>[]>
}

type ArchiveAsset = Extract<ArchiveLine, { line: 'asset' }>
type ArchiveTransfer = Extract<ArchiveLine, { line: 'transfer' }>

/** Where a ledger is restored: everything in one transaction, around the triggers, as the owner of the tables. */
export interface RestoreStore {
  /** A ledger with transfers → `ledger.not_empty`. */
  begin(tx: Transaction): Promise<void>
  addAsset(tx: Transaction, asset: ArchiveAsset): Promise<void>
  openAccounts(
    tx: Transaction,
    accounts: readonly {
      readonly name: string
      readonly asset: string
      readonly rules: AccountRules
    }[],
  ): Promise<void>
  addTransfers(tx: Transaction, transfers: readonly ArchiveTransfer[]): Promise<void>
  /** By `asset name`: the four sums that the transfers restored so far make. */
  sums(tx: Transaction): Promise<ReadonlyMap<string, readonly string[]>>
  /** Draws the balances up from the transfers, and lets new ones follow. */
  finish(tx: Transaction): Promise<void>
}
