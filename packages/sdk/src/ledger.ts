import type { Api } from './api.ts'
import type { ArchiveDeps, ArchivePeriod } from './archive.ts'
import type { CallOptions } from './deadline.ts'
import type {
  LedgerAccount,
  LedgerTransfer,
  Reconciliation,
  Statement,
  TrialBalance,
} from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** Which transfers: those of one account, or those that one usage event is a part of. */
export type TransferFilter = { readonly account?: string; readonly usageEvent?: string }

/** Which statement: an account, an asset (default USD), and a period in RFC 3339, its end not included. */
export type StatementQuery = {
  readonly account: string
  readonly asset?: string
  readonly from: string
  readonly to: string
}

/** `orchestra.ledger`: the books, double entry. */
export type Ledger = {
  accounts(options?: PageOptions): List<LedgerAccount>
  /** Newest first. */
  transfers(options?: PageOptions & TransferFilter): List<LedgerTransfer>
  /** A page of a statement, oldest first; `nextCursor` leads to the next one. */
  statement(query: StatementQuery & PageOptions): Promise<Statement>
  /**
   * All accounts with their debits and credits; the differences sum to zero, or something is wrong. At a
   * moment of the past (RFC 3339): as it was then.
   */
  trialBalance(options?: CallOptions & { readonly at?: string }): Promise<TrialBalance>
  /** Operators only. The lines of an archive of closed days; see `verifyArchive`. */
  archive(period: ArchivePeriod, options?: { readonly signal?: AbortSignal }): AsyncIterable<string>
  /** Operators only. Compares everything that must be equal; on large books it takes minutes. */
  reconcile(options?: CallOptions): Promise<Reconciliation>
  /** Operators only. Newest first, the nightly ones as well. */
  reconciliations(options?: PageOptions): List<Reconciliation>
}

/** A reconciliation may read millions of rows: it is waited for this long, in ms, unless the caller says. */
const RECONCILE_TIMEOUT_MS = 3_600_000

/** Makes `orchestra.ledger`. */
export function createLedger(api: Api, raw: ArchiveDeps): Ledger {
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
          const query = { ...page, ...filterOf(options) }
          return client.GET('/v1/ledger/transfers', { params: { query }, signal })
        }),
      ),
    statement: (options) =>
      api.send(options, (client, signal) => {
        const { signal: _signal, timeoutMs: _timeoutMs, ...query } = options
        return client.GET('/v1/ledger/statement', { params: { query }, signal })
      }),
    trialBalance: (options = {}) =>
      api.send(options, (client, signal) => {
        const query = options.at === undefined ? {} : { at: options.at }
        return client.GET('/v1/ledger/trial-balance', { params: { query }, signal })
      }),
    async *archive(period, { signal } = {}) {
      const { readArchive } = await import('./archive.ts')
      yield* readArchive(raw, period, signal)
    },
    reconcile: (options = {}) =>
      api.send({ timeoutMs: RECONCILE_TIMEOUT_MS, ...options }, (client, signal) =>
        client.POST('/v1/reconciliations', { signal }),
      ),
    reconciliations: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/reconciliations', { params: { query }, signal }),
        ),
      ),
  }
}
