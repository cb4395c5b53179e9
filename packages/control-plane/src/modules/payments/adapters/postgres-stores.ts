import type { PaymentsStores } from '../deps.ts'
import { postgresBatchReader } from './postgres-batch-reader.ts'
import { postgresCapStore } from './postgres-cap-store.ts'
import { postgresCaseStore } from './postgres-case-store.ts'
import { postgresDisputeStore } from './postgres-dispute-store.ts'
import { postgresEpochStore } from './postgres-epoch-store.ts'
import { postgresPublisherStore, postgresTopUpStore } from './postgres-funds-store.ts'
import { postgresIncarnationStore } from './postgres-incarnation-store.ts'
import { postgresJournalStore } from './postgres-journal-store.ts'
import { postgresLeaseStore } from './postgres-lease-store.ts'
import { postgresMandateStore } from './postgres-mandate-store.ts'
import { postgresQuoteSourceStore } from './postgres-quote-source-store.ts'
import { postgresQuoteStore } from './postgres-quote-store.ts'
import { postgresRefundStore } from './postgres-refund-store.ts'
import { postgresShareStore } from './postgres-share-store.ts'
import { postgresSigningKeyStore } from './postgres-signing-key-store.ts'
import { postgresStopStore } from './postgres-stop-store.ts'

/** Every store of payments, in PostgreSQL. */
export const postgresPaymentsStores: PaymentsStores = {
  incarnations: postgresIncarnationStore,
  epochs: postgresEpochStore,
  leases: postgresLeaseStore,
  caps: postgresCapStore,
  stops: postgresStopStore,
  mandates: postgresMandateStore,
  journal: postgresJournalStore,
  cases: postgresCaseStore,
  topUps: postgresTopUpStore,
  publishers: postgresPublisherStore,
  batches: postgresBatchReader,
  signingKeys: postgresSigningKeyStore,
  quotes: postgresQuoteStore,
  quoteSources: postgresQuoteSourceStore,
  refunds: postgresRefundStore,
  shares: postgresShareStore,
  disputes: postgresDisputeStore,
}
