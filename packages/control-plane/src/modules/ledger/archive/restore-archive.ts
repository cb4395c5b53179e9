import {
  ArchiveBroken,
  type ArchiveLine,
  type ArchiveProof,
} from '@mcp-orchestra/api/ledger-archive'
import { verifyArchive } from '@mcp-orchestra/api/verify-archive'
import type { Transaction, Transactions } from '@mcp-orchestra/kernel'
import { isAccountName, rulesOf } from '../account-name.ts'
import type { RestoreStore } from '../ports.ts'

/** Transfers written at a time. */
const TRANSFERS_AT_ONCE = 1_000

type Line<K extends ArchiveLine['line']> = Extract<ArchiveLine, { line: K }>

/**
 * Restores a ledger from its archives, the oldest first, in one transaction: all of them or nothing. Each
 * must begin with what those before it made, so none is missing; each is proven while it is read; at the
 * end every balance is what the last archive says. A ledger that is not empty is refused.
 */
export async function restoreArchives(
  deps: { readonly transactions: Transactions; readonly store: RestoreStore },
  archives: readonly (AsyncIterable<string> | Iterable<string>)[],
): Promise<readonly ArchiveProof[]> {
  const { transactions, store } = deps
  return transactions.run(async (tx) => {
    await store.begin(tx)
    const proofs: ArchiveProof[] = []
    for (const archive of archives) proofs.push(await restoreOne(store, tx, archive))
    await store.finish(tx)
    return proofs
  })
}

async function restoreOne(
  store: RestoreStore,
  tx: Transaction,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<ArchiveProof> {
  const waiting: Line<'transfer'>[] = []
  const accounts: Line<'account'>[] = []
  const closings: Line<'closing'>[] = []
  const flush = async (): Promise<void> => {
    if (accounts.length > 0) await openAccounts(store, tx, accounts.splice(0))
    if (waiting.length > 0) await store.addTransfers(tx, waiting.splice(0))
  }
  const proof = await verifyArchive(lines, async (line) => {
    if (line.line === 'asset') await store.addAsset(tx, line)
    if (line.line === 'account') accounts.push(line)
    if (line.line === 'closing') closings.push(line)
    if (line.line === 'transfer') waiting.push(line)
    if (waiting.length === TRANSFERS_AT_ONCE) await flush()
  })
  await flush()
  await requireSums(
    store,
    tx,
    closings.map(({ name, asset, closing }) => ({ name, asset, sums: closing })),
  )
  return proof
}

/** Opens the accounts of an archive; what they hold already must be what it begins with. */
async function openAccounts(
  store: RestoreStore,
  tx: Transaction,
  accounts: readonly Line<'account'>[],
): Promise<void> {
  await store.openAccounts(
    tx,
    accounts.map(({ name, asset }) => {
      if (!isAccountName(name)) throw new ArchiveBroken(`${name} is no account of this ledger.`)
      return { name, asset, rules: rulesOf(name) }
    }),
  )
  await requireSums(
    store,
    tx,
    accounts.map(({ name, asset, opening }) => ({ name, asset, sums: opening })),
  )
}

async function requireSums(
  store: RestoreStore,
  tx: Transaction,
  expected: readonly {
    readonly name: string
    readonly asset: string
    readonly sums: readonly string[]
  }[],
): Promise<void> {
  const held = await store.sums(tx)
  for (const { name, asset, sums } of expected) {
    const found = held.get(`${asset} ${name}`) ?? ['0', '0', '0', '0']
    if (found.join() !== sums.join()) {
      throw new ArchiveBroken(
        `${name} holds ${found.join(', ')} and the archive says ${sums.join(', ')}: one before it is missing.`,
      )
    }
  }
}
