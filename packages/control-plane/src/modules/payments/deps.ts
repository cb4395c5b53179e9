import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import type { Clock, Ids, Transactions } from '@mcp-orchestra/kernel'
import type { Ledger } from '../ledger/index.ts'
import type { Metering } from '../metering/index.ts'
import type {
  CapStore,
  CaseStore,
  Directory,
  EpochStore,
  GatewayCommands,
  IncarnationStore,
  JournalStore,
  LeaseStore,
  MandateStore,
  ServerDirectory,
  StopStore,
  PublisherStore,
  TopUpStore,
} from './ports.ts'
import type { QuoteSourceStore, QuoteStore } from './quote/ports.ts'
import type { ReadAddress } from './quote/read-sources.ts'
import type { DisputeStore } from './dispute/ports.ts'
import type { BatchReader } from './receipt/ports.ts'
import type { RefundStore } from './refund/ports.ts'
import type { ShareStore } from './share/ports.ts'
import type { Seal, SigningKeyStore } from './signing/ports.ts'

/** Where payments keeps what it knows. */
export type PaymentsStores = {
  readonly incarnations: IncarnationStore
  readonly epochs: EpochStore
  readonly leases: LeaseStore
  readonly caps: CapStore
  readonly stops: StopStore
  readonly mandates: MandateStore
  readonly journal: JournalStore
  readonly cases: CaseStore
  readonly topUps: TopUpStore
  readonly publishers: PublisherStore
  readonly batches: BatchReader
  readonly signingKeys: SigningKeyStore
  readonly quotes: QuoteStore
  readonly quoteSources: QuoteSourceStore
  readonly refunds: RefundStore
  readonly shares: ShareStore
  readonly disputes: DisputeStore
}

/** Everything that payments is built on; each use case asks for its part. */
export type PaymentsDeps = PaymentsStores & {
  readonly transactions: Transactions
  readonly ledger: Ledger
  readonly metering: Pick<
    Metering,
    | 'prices'
    | 'recordUsage'
    | 'recordRefund'
    | 'splitSums'
    | 'usagePosted'
    | 'knownEvents'
    | 'usageEvent'
    | 'listUsage'
  >
  readonly snapshot: SnapshotWriter
  readonly audit: AuditLog
  readonly gateways: GatewayCommands
  readonly directory: Directory
  readonly servers: ServerDirectory
  readonly clock: Clock
  readonly ids: Ids
  /** Names of the gateway slots: after a raise of the epoch each of them must report (spending §5.18). */
  readonly slots: () => readonly string[]
  /** Reads what sources of rates say. */
  readonly readAddress: ReadAddress
  /** Seals the private halves of signing keys. */
  readonly seal: Seal
  /** How the platform is reached: who vouches for a receipt. */
  readonly issuer: string
}
