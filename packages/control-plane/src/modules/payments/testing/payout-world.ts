import type { Principal } from '@mcp-orchestra/api/permission'
import { assert, money, toUuid, USD, type Id } from '@mcp-orchestra/kernel'
import { createVault } from '../../../infra/vault/vault.ts'
import { accountNames, postgresLedgerAudit } from '../../ledger/index.ts'
import { postgresPayoutStores } from '../adapters/payouts/postgres-payout-stores.ts'
import { postgresReconciliationStore } from '../adapters/postgres-reconciliation-store.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { approvalGate } from '../payee/payee-gate.ts'
import { createPayouts, type Payouts } from '../payout/create-payouts.ts'
import type { PayoutsDeps } from '../payout/deps.ts'
import { createRails } from '../rail/create-rails.ts'
import { createReconciler } from '../reconcile/create-reconciler.ts'
import { createWorld, type World } from './world.ts'

/** A cent in atto-USD: what the bank rail moves at least. */
export const CENT = 10n ** 16n
/** Payouts of more need a second person, in the tests. */
export const APPROVAL_ABOVE = 10_000n * CENT
/** A German account that no bank has: the registry's example. */
export const IBAN = { kind: 'iban', holder: 'Ada', iban: 'DE89370400440532013000' } as const

/** A world with publishers who are paid. */
export type PayoutWorld = World & {
  readonly payouts: Payouts
  readonly deps: PayoutsDeps
  /** Two members of the publisher, and a service of it. */
  readonly ada: Principal
  readonly ben: Principal
  readonly service: Principal
  /** Puts earnings onto the publisher's payable account. */
  earn(amount: bigint, publisherId?: Id<'org'>): Promise<void>
  /** Saves and approves a payee of the publisher. */
  payee(rail: 'bank' | 'balance', schedule?: 'none' | 'daily'): Promise<void>
  payable(): Promise<{ readonly posted: bigint; readonly available: bigint }>
  /** What the publisher's balance holds, and what a person was told to pay to its bank account. */
  reached(): Promise<bigint>
  /** Ends every payout that is under way, and every schedule: the next world on this database has its own. */
  finishAll(): Promise<void>
  /** Throws unless the books balance and every record agrees with them. */
  reconciles(): Promise<void>
}

/** Builds it on an empty database; `over` stands in for parts of what payouts are built on. */
export async function createPayoutWorld(
  url: string,
  over: (deps: PayoutsDeps) => Partial<PayoutsDeps> = () => ({}),
): Promise<PayoutWorld> {
  const world = await createWorld(url)
  const { database, ledger, clock, ids, publisher } = world
  const { transactions } = database
  const audit = {
    record: (_tx: unknown, entry: World['audit'][number]) => {
      world.audit.push(entry)
      return Promise.resolve()
    },
  }
  const shared = { transactions, ledger, clock, ids, audit }
  const stores = { ...postgresPaymentsStores, ...postgresPayoutStores }
  const usual: PayoutsDeps = {
    ...shared,
    ...stores,
    rails: createRails({ ...shared, ...stores }),
    metering: world.metering,
    gate: approvalGate,
    seal: createVault(Buffer.alloc(32, 7)),
    approvalAbove: APPROVAL_ABOVE,
  }
  const deps = { ...usual, ...over(usual) }
  const payouts = createPayouts(deps)
  const reconciler = createReconciler({
    ...shared,
    ...stores,
    reconciliations: postgresReconciliationStore,
    ledgerAudit: postgresLedgerAudit,
    metering: world.metering,
    alert: () => undefined,
  })
  const member = (): Principal => ({
    organizationId: publisher,
    memberId: ids.make('mbr'),
    keyId: null,
    permissions: new Set(),
  })
  const ada = member()

  return Object.assign(world, {
    payouts,
    deps,
    ada,
    ben: member(),
    service: { ...member(), memberId: null, keyId: ids.make('key') },
    async earn(amount: bigint, publisherId = publisher) {
      await world.topUp(amount)
      const payable = accountNames.payable(publisherId)
      await transactions.run(async (tx) => {
        await ledger.openAccount(tx, payable)
        await ledger.post(tx, [
          {
            id: ids.make('txn'),
            debit: accountNames.available(world.payer),
            credit: payable,
            amount: money(amount, USD.id),
          },
        ])
      })
    },
    async payee(rail: 'bank' | 'balance', schedule: 'none' | 'daily' = 'none') {
      const destination = rail === 'bank' ? IBAN : ({ kind: 'balance' } as const)
      const wish = { rail, destination, schedule, minimum: undefined }
      const { version } = await payouts.savePayee(ada, wish)
      await payouts.approvePayee(world.operator, { organizationId: publisher, version })
    },
    payable: () => ledger.balance(undefined, accountNames.payable(publisher)),
    async reached() {
      const { rows } = await database.query<{ amount: bigint | null }>({
        text: `select sum(amount) as amount from payments.rail_orders
               where kind = 'payout' and rail = 'bank' and state in ('pending', 'done')
                 and organization_id = $1`,
        values: [toUuid(publisher)],
      })
      const balance = await ledger.balance(undefined, accountNames.available(publisher))
      return balance.posted + (rows[0]?.amount ?? 0n)
    },
    async finishAll() {
      await database.query({
        text: `update payments.payees set schedule = 'none', hold_reason = null`,
      })
      await payouts.carry()
      const query = { publisherId: null, before: undefined, limit: 200 }
      for (const state of ['requested', 'approved'] as const) {
        for (const { id } of await payouts.list({ ...query, state })) await payouts.cancel(ada, id)
      }
      for (const { id } of await payouts.list({ ...query, state: 'sending' })) {
        await payouts.report(world.operator, id, { kind: 'failed', reason: 'the test is over' })
      }
    },
    async reconciles() {
      await world.audits()
      const { findings } = await reconciler.reconcile(world.operator)
      assert(
        findings.length === 0,
        `the books differ: ${findings[0]?.check} ${findings[0]?.subject}`,
      )
    },
  })
}

/** The code that a promise was refused with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
