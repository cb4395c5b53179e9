import type { AuditEntry } from '@mcp-orchestra/api/audit'
import { createIds, fromRfc3339, USD, type Clock, type Id, type Ids } from '@mcp-orchestra/kernel'
import { createDatabase, migrate, type Database } from '../../infra/postgres/index.ts'
import { postgresUsageTotals, type Month, type UsageTotal } from '../metering/index.ts'
import { postgresInvoiceStore } from './adapters/postgres-invoice-store.ts'
import { postgresProfileStore } from './adapters/postgres-profile-store.ts'
import { createBilling, type Billing } from './create-billing.ts'
import type { BillingDeps } from './deps.ts'
import type { Party } from './profile/party.ts'

/** Billing on a database of its own, with usage put there by hand. */
export type BillingBench = {
  readonly database: Database
  readonly billing: Billing
  readonly deps: BillingDeps
  readonly ids: Ids
  readonly operator: Id<'org'>
  readonly audit: AuditEntry[]
  setTime(rfc3339: string): void
  /** Adds to the totals of usage. */
  use(total: Partial<UsageTotal> & Pick<UsageTotal, 'payerId' | 'posted'>): Promise<UsageTotal>
  close(): Promise<void>
}

const FOLDERS = ['metering', 'billing'].map((name) => ({
  name,
  directory: new URL(`../${name}/migrations/`, import.meta.url),
}))

/** Builds it on an empty database, or one that was used before: each bench has a platform of its own. */
export async function createBillingBench(url: string): Promise<BillingBench> {
  await migrate({ url, folders: FOLDERS })
  const database = createDatabase({ url, applicationName: 'billing tests', poolSize: 20 })
  let now = fromRfc3339('2026-11-02T03:00:00Z')
  const clock: Clock = { now: () => now, monotonicMs: () => now }
  const ids = createIds(clock)
  const operator = ids.make('org')
  const audit: AuditEntry[] = []
  const deps: BillingDeps = {
    transactions: database.transactions,
    metering: { totals: postgresUsageTotals },
    directory: { exists: () => Promise.resolve(true), operator: () => Promise.resolve(operator) },
    profiles: postgresProfileStore,
    invoices: postgresInvoiceStore,
    audit: { record: (_tx, entry) => Promise.resolve(void audit.push(entry)) },
    clock,
    ids,
  }
  const server = ids.make('srv')
  const price = ids.make('prc')
  const publisher = ids.make('org')
  return {
    database,
    billing: createBilling(deps),
    deps,
    ids,
    operator,
    audit,
    setTime(rfc3339) {
      now = fromRfc3339(rfc3339)
    },
    async use(wish) {
      const total: UsageTotal = {
        publisherId: publisher,
        serverId: server,
        tool: 'echo',
        priceId: price,
        month: '2026-10' as Month,
        shareId: null,
        asset: USD.id,
        feeBps: 250,
        calls: 1n,
        refunded: 0n,
        ...wish,
      }
      await database.transactions.run((tx) => postgresUsageTotals.add(tx, [total]))
      return total
    },
    close: () => database.close(),
  }
}

/** Somebody with an address. */
export function sampleParty(more: Partial<Party> = {}): Party {
  return {
    name: 'Nordlicht Labs',
    address: {
      line1: 'Speicherstadt 7',
      line2: null,
      city: 'Hamburg',
      postcode: '20457',
      country: 'DE',
    },
    taxId: null,
    legalId: 'HRB 123456',
    email: 'billing@nordlicht.example',
    ...more,
  }
}
