import { AMOUNT_MAX, USD, type AssetId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { rulesOf, type AccountName } from './account-name.ts'
import {
  drawTrialBalance,
  EMPTY_BALANCE,
  type AccountRow,
  type Balance,
  type TrialBalance,
} from './balance.ts'
import type { AccountFilter, LedgerStore, NewResolution, NewTransfer } from './ports.ts'
import { refuse } from './problems.ts'
import {
  isSameContent,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  REFERENCE_CHARS_MAX,
  TRANSFERS_MAX,
  type Applied,
  type HoldRequest,
  type PostHoldRequest,
  type Transfer,
  type TransferContent,
  type TransferFilter,
  type TransferRequest,
  type VoidHoldRequest,
} from './transfer.ts'

/** Double entry for whoever moves money. Writes happen in the caller's transaction, reads may too. */
export interface Ledger {
  /** Opens an account in an asset; opening an open one changes nothing. */
  openAccount(tx: Transaction, name: AccountName, asset?: AssetId): Promise<void>
  /** Opens many in one statement. */
  openAccounts(tx: Transaction, names: readonly AccountName[], asset?: AssetId): Promise<void>
  /**
   * Posts all or none, in one statement, answers in the order asked. A replay (same id, same content)
   * is not applied; other content is `ledger.transfer_conflict`; an overdraft `ledger.insufficient_funds`.
   * The failed transaction must end. Post once per transaction, after leases and caps are locked
   * (spending §1.6).
   */
  post(tx: Transaction, transfers: readonly TransferRequest[]): Promise<readonly Applied[]>
  /** Sets money aside on the debited account. */
  hold(tx: Transaction, hold: HoldRequest): Promise<Applied>
  /** Posts a hold in whole or in part, once. */
  postHold(tx: Transaction, request: PostHoldRequest): Promise<Applied>
  /** Frees a hold, once. */
  voidHold(tx: Transaction, request: VoidHoldRequest): Promise<Applied>
  /** Zero for an account that is not open. */
  balance(tx: Transaction | undefined, name: AccountName, asset?: AssetId): Promise<Balance>
  /** One answer per name that was asked for. */
  balances(
    tx: Transaction | undefined,
    names: readonly AccountName[],
    asset?: AssetId,
  ): Promise<ReadonlyMap<AccountName, Balance>>
  /** A page of accounts by name. */
  accounts(filter?: Partial<AccountFilter>): Promise<readonly AccountRow[]>
  /** A page of transfers, newest first. */
  transfers(filter?: TransferFilter): Promise<readonly Transfer[]>
  /** Reads every transfer: a nightly proof and an operator's question, not a dashboard's poll. */
  trialBalance(): Promise<TrialBalance>
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Makes the ledger on its store. */
export function createLedger({ store }: { readonly store: LedgerStore }): Ledger {
  async function write(tx: Transaction, transfers: readonly NewTransfer[]): Promise<Applied[]> {
    for (const transfer of transfers) requireTransfer(transfer)
    const wanted = byId(transfers)
    if (wanted.size === 0) return []
    const written = new Set(await store.insert(tx, [...wanted.values()]))
    const replayed = [...wanted.values()].filter(({ id }) => !written.has(id))
    await requireSame(
      tx,
      replayed.map((transfer) => [transfer.id, contentOf(transfer)]),
    )
    // Of two equal transfers in one call the first was applied, the second is its replay.
    return transfers.map(({ id }) => ({ id, applied: written.delete(id) }))
  }

  async function requireSame(
    tx: Transaction,
    replays: readonly (readonly [Id<'txn'>, TransferContent])[],
  ): Promise<void> {
    if (replays.length === 0) return
    const found = await store.contents(
      tx,
      replays.map(([id]) => id),
    )
    for (const [id, content] of replays) {
      const there = found.get(id)
      if (there === undefined || !isSameContent(there, content)) {
        throw refuse('ledger.transfer_conflict', { members: { transfer: id } })
      }
    }
  }

  async function resolve(tx: Transaction, resolution: NewResolution): Promise<Applied> {
    requireLabels(resolution)
    if (resolution.kind === 'P') requireAmount(resolution.amount.amount)
    const { id, holdId } = resolution
    if (await store.resolve(tx, resolution)) return { id, applied: true }
    const there = await store.contents(tx, [holdId, id])
    const hold = there.get(holdId)
    if (hold?.kind !== 'H') throw refuse('ledger.unknown_hold', { members: { hold: holdId } })
    if (resolution.kind === 'P' && resolution.amount.asset !== hold.asset) {
      throw refuse('ledger.invalid_transfer', { detail: 'the hold is in another asset' })
    }
    if (!there.has(id))
      throw refuse('ledger.hold_resolved', { members: { transfer: id, hold: holdId } })
    const content = {
      ...hold,
      kind: resolution.kind,
      ...(resolution.kind === 'P' ? resolution.amount : {}),
      holdId,
      link: resolution.link ?? null,
      reference: resolution.reference ?? null,
    }
    await requireSame(tx, [[id, content]])
    return { id, applied: false }
  }

  return {
    openAccount: (tx, name, asset = USD.id) =>
      store.openAccounts(tx, [{ name, rules: rulesOf(name) }], asset),
    async openAccounts(tx, names, asset = USD.id) {
      const accounts = [...new Set(names)].map((name) => ({ name, rules: rulesOf(name) }))
      if (accounts.length > 0) await store.openAccounts(tx, accounts, asset)
    },
    post: (tx, transfers) =>
      write(
        tx,
        transfers.map((transfer) => ({ ...transfer, kind: 'X' })),
      ),
    async hold(tx, hold) {
      const [applied] = await write(tx, [{ ...hold, kind: 'H' }])
      return applied ?? { id: hold.id, applied: false }
    },
    postHold: (tx, request) => resolve(tx, { ...request, kind: 'P' }),
    voidHold: (tx, request) => resolve(tx, { ...request, kind: 'V' }),
    async balance(tx, name, asset = USD.id) {
      return (await store.balances(tx, [name], asset)).get(name) ?? EMPTY_BALANCE
    },
    async balances(tx, names, asset = USD.id) {
      const found = await store.balances(tx, names, asset)
      return new Map(names.map((name) => [name, found.get(name) ?? EMPTY_BALANCE]))
    },
    accounts: (filter = {}) => store.accounts({ ...filter, limit: pageSize(filter.limit) }),
    transfers: (filter = {}) => store.transfers({ ...filter, limit: pageSize(filter.limit) }),
    trialBalance: async () => drawTrialBalance(await store.audit()),
  }
}

function byId(transfers: readonly NewTransfer[]): Map<Id<'txn'>, NewTransfer> {
  const wanted = new Map<Id<'txn'>, NewTransfer>()
  for (const transfer of transfers) {
    const other = wanted.get(transfer.id)
    if (other !== undefined && !isSameContent(contentOf(other), contentOf(transfer))) {
      throw refuse('ledger.transfer_conflict', { members: { transfer: transfer.id } })
    }
    wanted.set(transfer.id, transfer)
  }
  if (wanted.size > TRANSFERS_MAX) {
    throw refuse('ledger.invalid_transfer', { detail: `at most ${TRANSFERS_MAX} at once` })
  }
  return wanted
}

function contentOf(transfer: NewTransfer): TransferContent {
  return {
    kind: transfer.kind,
    debit: transfer.debit,
    credit: transfer.credit,
    amount: transfer.amount.amount,
    asset: transfer.amount.asset,
    holdId: null,
    link: transfer.link ?? null,
    reference: transfer.reference ?? null,
  }
}

function requireTransfer(transfer: NewTransfer): void {
  requireLabels(transfer)
  requireAmount(transfer.amount.amount)
  if (transfer.debit === transfer.credit) {
    throw refuse('ledger.invalid_transfer', { detail: 'an account cannot pay itself' })
  }
}

function requireLabels({ link, reference }: { link?: string; reference?: string }): void {
  if (link !== undefined && !UUID.test(link)) {
    throw refuse('ledger.invalid_transfer', { detail: 'the link is not a UUID' })
  }
  if (reference !== undefined && (reference === '' || reference.length > REFERENCE_CHARS_MAX)) {
    throw refuse('ledger.invalid_transfer', {
      detail: `a reference has 1 to ${REFERENCE_CHARS_MAX} characters`,
    })
  }
}

function requireAmount(amount: bigint): void {
  if (amount <= 0n || amount > AMOUNT_MAX) {
    throw refuse('ledger.invalid_transfer', { detail: 'the amount is not positive' })
  }
}

function pageSize(limit = PAGE_SIZE_DEFAULT): number {
  return Math.min(Math.max(Math.trunc(limit), 1), PAGE_SIZE_MAX)
}
