import { randomBytes } from 'node:crypto'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { originSpellings } from '@mcp-orchestra/api/origin'
import { OAUTH_CALLBACK_PATH } from '@mcp-orchestra/api/routes/connections'
import { redeemSignInLink, signIn } from '@mcp-orchestra/api/routes/session'
import type { Clock, Ids } from '@mcp-orchestra/kernel'
import { createAuditLog } from '../infra/audit/log.ts'
import { mountListEntries } from '../infra/audit/list-entries.ts'
import { mountAudit } from '../infra/audit/mount.ts'
import { createGuardedFetch } from '../infra/fetch/guarded-fetch.ts'
import {
  clientAddress,
  createApp,
  createCompilePace,
  createConsoleFiles,
  createGatewayAuthenticator,
  mountConsole,
  mountReference,
} from '../infra/http/index.ts'
import { fetchText } from '../infra/fetch/fetch-text.ts'
import type { ScheduledJob } from '../infra/jobs/schedule.ts'
import type { Database } from '../infra/postgres/index.ts'
import {
  createBodyCodec,
  createSnapshotFeed,
  createSnapshotKeeper,
  createSnapshotLog,
  createSnapshotPublisher,
  mountSnapshot,
} from '../infra/snapshot/index.ts'
import type { Log } from '../infra/telemetry/log.ts'
import { createVault } from '../infra/vault/vault.ts'
import {
  createBilling,
  mountBilling,
  postgresInvoiceStore,
  postgresProfileStore,
} from '../modules/billing/index.ts'
import { createHub } from '../modules/hub/index.ts'
import { createAuthSessions, createIdentity } from '../modules/identity/index.ts'
import {
  createArchives,
  createAssetRegistry,
  createBooks,
  createLedger,
  createPostgresAssetStore,
  createPostgresLedgerStore,
  mountLedger,
  postgresArchiveStore,
  postgresBooksStore,
  postgresLedgerAudit,
} from '../modules/ledger/index.ts'
import {
  createLiveUsage,
  createMetering,
  createMeters,
  createPostgresUsageFeed,
  mountMetering,
  postgresMeterStore,
  postgresPriceStore,
  postgresUsageStore,
  postgresUsageTotals,
} from '../modules/metering/index.ts'
import {
  approvalGate,
  createPayments,
  createPayouts,
  createRails,
  createReconciler,
  mountPayments,
  mountPayouts,
  mountReconciliations,
  postgresPaymentsStores,
  postgresPayoutStores,
  postgresReconciliationStore,
} from '../modules/payments/index.ts'
import type { Config } from './config.ts'
import { scheduledJobs } from './jobs.ts'
import { mountHealth } from './health-routes.ts'
import type { Secrets } from './secrets.ts'
import { mountStatus } from './status-route.ts'
import { PRODUCT_VERSION } from './version.ts'

/** Random bytes of a new API key (256 bits). */
const KEY_RANDOM_BYTES = 32

/** Where a credential is got or given back: nobody has one there yet. */
const NO_CREDENTIAL_PATHS: ReadonlySet<string> = new Set([
  signIn.path,
  redeemSignInLink.path,
  // Whoever comes back without a session is sent to sign in, and then comes again.
  OAUTH_CALLBACK_PATH,
])

/** What the process gives to the control plane. */
export type Surroundings = {
  readonly config: Config
  readonly secrets: Secrets
  readonly database: Database
  /** Where this control plane is reached. */
  readonly url: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** The control plane, put together: the one place that constructs. */
export type ControlPlane = {
  readonly app: ApiApp
  /** Scheduled work; the process that serves decides where it runs. */
  readonly jobs: readonly ScheduledJob[]
  /** Writes what configuration says into the database and starts the stream to the gateways. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Constructs every module on its ports; nothing runs before `start`. */
export function compose(surroundings: Surroundings): ControlPlane {
  const { config, secrets, database, url, clock, ids, log } = surroundings
  const { transactions } = database
  const vault = createVault(secrets.vaultKey)
  const codec = createBodyCodec(vault)
  const audit = createAuditLog({ clock, ids })
  const snapshot = createSnapshotLog({ codec })
  const feed = createSnapshotFeed(database, codec)
  const publisher = createSnapshotPublisher({
    feed,
    listener: database,
    readEpoch: async () => (await payments.epoch()).epoch,
    clock,
    log,
  })
  const { barrier } = publisher
  const publicOrigins = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).origin]
  const trustedOrigins = [
    ...new Set([...originSpellings(url), ...publicOrigins, ...config.allowedOrigins]),
  ]
  const sessions = createAuthSessions({
    databaseUrl: config.databaseUrl,
    baseUrl: url,
    secret: secrets.auth,
    trustedOrigins,
    ids,
    onError: (error) => log.warn({ event: 'auth.connection_lost', err: error }, 'connection lost'),
  })
  const usageFeed = createPostgresUsageFeed(database)
  const live = createLiveUsage({
    feed: usageFeed,
    onError: (error) =>
      log.warn({ event: 'usage.live_failed', err: error }, 'live usage fell behind'),
  })
  const shared = { transactions, snapshot, barrier, audit, clock, ids }
  const identity = createIdentity({
    ...shared,
    random: () => randomBytes(KEY_RANDOM_BYTES),
    sessions,
    baseUrl: url,
    trustedOrigins,
    onCredentialEnded: live.recheck,
  })
  const fetchOutside = createGuardedFetch({ mayReachInside: false })
  const fetchAnywhere = createGuardedFetch({ mayReachInside: true })
  const hub = createHub({
    ...shared,
    seal: vault,
    commands: publisher,
    organizations: identity.directory,
    keys: identity.keys,
    prices: postgresPriceStore,
    gatewayUrl: config.gatewayUrl,
    publicUrl: config.publicUrl ?? url,
    fetchFor: ({ reach }) => (reach === 'anywhere' ? fetchAnywhere : fetchOutside),
    readAddress: fetchText,
    compilePace: createCompilePace(clock),
  })

  const ledger = createLedger({ store: createPostgresLedgerStore(database) })
  const books = createBooks({ store: postgresBooksStore, transactions })
  const archives = createArchives({
    transactions,
    audit,
    books: postgresBooksStore,
    archive: postgresArchiveStore,
  })
  const assets = createAssetRegistry({ ...shared, store: createPostgresAssetStore(database) })
  const metering = createMetering({
    ...shared,
    prices: postgresPriceStore,
    usage: postgresUsageStore,
    totals: postgresUsageTotals,
    keyUses: identity.keyUses,
    servers: hub,
    maxStaleMs: config.maxStaleMs,
    riseNoticeMs: config.riseNoticeMs,
    onPosted: live.announce,
  })
  const meters = createMeters({ ...shared, meters: postgresMeterStore })
  const payments = createPayments({
    ...shared,
    ...postgresPaymentsStores,
    ledger,
    metering,
    gateways: publisher,
    directory: identity.directory,
    servers: hub,
    slots: () => config.slots.map(({ name }) => name),
    readAddress: fetchText,
    seal: vault,
    issuer: config.publicUrl ?? url,
  })

  const payouts = createPayouts({
    ...shared,
    ...postgresPaymentsStores,
    ...postgresPayoutStores,
    ledger,
    metering,
    rails: createRails({ ...shared, ...postgresPaymentsStores, ...postgresPayoutStores, ledger }),
    gate: approvalGate,
    seal: vault,
    approvalAbove: config.payoutApprovalAbove,
  })

  const billing = createBilling({
    ...shared,
    metering,
    directory: identity.directory,
    profiles: postgresProfileStore,
    invoices: postgresInvoiceStore,
  })

  const reconciler = createReconciler({
    ...shared,
    reconciliations: postgresReconciliationStore,
    cases: postgresPaymentsStores.cases,
    ledgerAudit: postgresLedgerAudit,
    metering,
    alert: ({ id, found, findings }) =>
      log.error(
        { event: 'ledger.books_differ', reconciliation: id, found, first: findings[0]?.subject },
        'the books differ',
      ),
  })

  const { authorize } = identity.principals
  const authenticateGateway = createGatewayAuthenticator(secrets.gateways)
  const app = createApp({ clock, ids, log })
  // Before a route looks at its input: a stranger learns nothing of the API's answers, not even a 400.
  app.use('/v1/*', async (context, next) => {
    if (NO_CREDENTIAL_PATHS.has(context.req.path)) return next()
    await identity.principals.callerOf(context.req.raw)
    return next()
  })
  mountHealth(app, database)
  mountReference(app)
  mountSnapshot(app, { authenticateGateway, publisher })
  mountAudit(app, { authenticateGateway, transactions, clock })
  mountListEntries(app, { authorize, transactions })
  mountStatus(app, { authorize, publisher, config, version: PRODUCT_VERSION })
  identity.mount(app, clientAddress)
  hub.mount(app, { authorize, authenticateGateway })
  mountMetering(app, { authorize, metering, meters, live, servers: hub, barrier, clock })
  mountPayments(app, { authorize, authenticateGateway, payments, barrier })
  mountPayouts(app, { authorize, payouts })
  mountBilling(app, { authorize, billing })
  mountReconciliations(app, { authorize, reconciler })
  mountLedger(app, {
    authorize,
    ledger,
    books,
    archives,
    assets,
    transferOfUsage: async (principal, id) => (await metering.usageEvent(principal, id)).transferId,
  })

  mountConsole(app, {
    files: createConsoleFiles(config.consoleDir, clock),
    gatewayUrl: config.gatewayUrl,
  })

  const keeper = createSnapshotKeeper({ codec, writer: snapshot })
  return {
    app,
    jobs: scheduledJobs({
      books,
      reconciler,
      payments,
      payouts,
      billing,
      identity,
      hub,
      sessions,
      feed,
      usageFeed,
    }),
    async start() {
      await transactions.run(async (tx) => {
        await keeper.keep(tx, 'settings', [
          {
            id: 'settings',
            maxStaleMs: config.maxStaleMs,
            sealingKey: secrets.sealingKey,
            intentAbove: config.intentAbove.toString(),
          },
        ])
        await keeper.keep(
          tx,
          'gateway',
          config.slots.map(({ name, internalUrl }) => ({ id: name, internalUrl })),
        )
      })
      await identity.organizations.bootstrapOwner({
        email: config.ownerEmail,
        secret: secrets.operatorKey,
      })
      await payments.noticeHistory()
      await payments.signer.keepFresh()
      await publisher.start()
      await live.start()
    },
    async close() {
      live.close()
      publisher.close()
      await sessions.close()
    },
  }
}
