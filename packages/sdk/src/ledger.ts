import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { LedgerAccount, LedgerTransfer, TrialBalance } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** Which transfers: those of one account, or those that one usage event is a part of. */
export type TransferFilter = { readonly account?: string; readonly usageEvent?: string }

/** `orchestra.ledger`: the books, double entry. */
export type Ledger = {
  accounts(options?: PageOptions): List<LedgerAccount>
  /** Newest first. */
  transfers(options?: PageOptions & TransferFilter): List<LedgerTransfer>
  /** All accounts with their debits and credits; the differences sum to zero, or something is wrong. */
  trialBalance(options?: CallOptions): Promise<TrialBalance>
}

/** Makes `orchestra.ledger`. */
export function createLedger(api: Api): Ledger {
  return {
    accounts: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/ledger/accounts', { params: { query }, signal }),
        ),
      ),
    transfers: (options = {}) =>
      listOf(options, (page) =>
        api.send(options, (client, signal) => {
          const { account, usageEvent } = options
          const query = {
            ...page,
            ...(account === undefined ? {} : { account }),
            ...(usageEvent === undefined ? {} : { usageEvent }),
          }
          return client.GET('/v1/ledger/transfers', { params: { query }, signal })
        }),
      ),
    trialBalance: (options) =>
      api.send(options, (client, signal) => client.GET('/v1/ledger/trial-balance', { signal })),
  }
}
