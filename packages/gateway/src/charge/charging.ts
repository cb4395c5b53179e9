import { isFreePrice } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity, SettingsEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, unreachable, type Clock, type Id, type Ids } from '@mcp-orchestra/kernel'
import type { Journal, Timers } from '../record/index.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import { createCancellationLimit } from './cancellation-limit.ts'
import type { CallIntent, ChargeDecision, Charging, OpenCharge } from './charge.ts'
import { createLeaseBook } from './lease/lease-book.ts'
import type { HeldLease } from './lease/held-lease.ts'
import type { GrantNote } from './lease/lease-entries.ts'
import type { LeaseLink } from './lease/lease-ask.ts'
import { createChargeOpener } from './open-charge.ts'
import { createOutcomeSeal } from './purchase/outcome-seal.ts'
import { createOutcomeOpener, type ReadOutcome } from './purchase/outcome-shelf.ts'
import type { TokenCounter } from './metered/token-counter.ts'
import { refuseDearer, refuseStale } from './preconditions.ts'
import { refuse } from './problems.ts'
import { purchaseIdOf, type SettledPurchase } from './purchase/purchase.ts'
import { createPurchaseTable, type PurchaseFinding } from './purchase/purchase-table.ts'

/** The charge path, and what the process around it needs. */
export interface GatewayCharging extends Charging {
  /** On a recall from the control plane: gives back what is free (spending §1.5). */
  recall(leaseIds: readonly string[]): void
  /** Refuses new calls; resolves when all open ones are settled and every lease is closed. */
  drain(): Promise<void>
  /** What is at stake now: calls between `begin` and `settle`, and the leases held. */
  exposure(): {
    readonly openCalls: number
    readonly leases: readonly HeldLease[]
    /** Leases of this process for registering again, when the ledger's epoch was raised. */
    readonly grants: readonly GrantNote[]
  }
}

/** What the charge path needs. */
export type ChargingDeps = {
  readonly incarnationId: string
  readonly journal: Journal
  readonly replica: Pick<
    SnapshotReplica,
    | 'version'
    | 'epoch'
    | 'settings'
    | 'priceOf'
    | 'priceAt'
    | 'capsOf'
    | 'stopOf'
    | 'mandatesOf'
    | 'mandateById'
    | 'staleMs'
    | 'refresh'
  >
  readonly leases: LeaseLink
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  /** Keyed purchases that the replay of older journals found. */
  readonly purchases?: Iterable<readonly [string, SettledPurchase]>
  readonly readOutcome: ReadOutcome
  readonly tokens: TokenCounter
}

/** Calls between `begin` and `settle`: each holds some kilobytes; more is beyond what one process answers in time. */
export const OPEN_CALLS_MAX = 10_000

/** Prices belong to tools; prompts and resources are free. */
const PRICED_METHOD = 'tools/call'

/** The charge path over one journal and one book of leases. */
export function createCharging(deps: ChargingDeps): GatewayCharging {
  const { replica } = deps
  const book = createLeaseBook({ ...deps, link: deps.leases, epoch: () => replica.epoch })
  const table = createPurchaseTable({
    clock: deps.clock,
    ...(deps.purchases === undefined ? {} : { replayed: deps.purchases }),
  })
  const seal = createOutcomeSeal()
  const openOutcome = createOutcomeOpener(deps.readOutcome, seal)
  const cancellations = createCancellationLimit(deps.clock)
  const opener = createChargeOpener({ ...deps, book, seal, cancellations })
  let isStopping = false

  function paidPriceOf(intent: CallIntent): PriceEntity | undefined {
    if (intent.method !== PRICED_METHOD) return undefined
    const price = agreedPriceOf(intent)
    return price === undefined || isFreePrice(price) ? undefined : price
  }

  /** A version that is no longer known is not made up: nobody can say what it cost. */
  function agreedPriceOf({
    server,
    target,
    agreedPriceVersion,
  }: CallIntent): PriceEntity | undefined {
    if (agreedPriceVersion === undefined) return replica.priceOf(server.id, target)
    if (agreedPriceVersion === null) return undefined
    const price = replica.priceAt(server.id, target, agreedPriceVersion)
    if (price !== undefined) return price
    throw refuse('charge.price_changed', {
      detail: `version ${agreedPriceVersion} of the price is no longer known: begin the call anew`,
    })
  }

  async function open(
    intent: CallIntent,
    settings: SettingsEntity,
    purchase: Parameters<typeof opener.openPaid>[0]['purchase'],
  ): Promise<ChargeDecision> {
    const price = paidPriceOf(intent)
    if (price === undefined) {
      purchase?.claim.release()
      return proceed(opener.openFree(intent))
    }
    cancellations.refuseExcess(intent.caller.keyId)
    refuseDearer(intent, price)
    return proceed(await opener.openPaid({ intent, price, settings, purchase }))
  }

  async function openKeyed(
    intent: CallIntent,
    settings: SettingsEntity,
    purchaseId: Id<'pur'>,
  ): Promise<ChargeDecision> {
    const finding = await table.find(purchaseId, intent)
    if (finding.kind !== 'claimed') return answerKnown(finding, purchaseId, settings)
    try {
      return await open(intent, settings, { purchaseId, claim: finding.claim })
    } catch (error) {
      finding.claim.release()
      throw error
    }
  }

  async function answerKnown(
    finding: Exclude<PurchaseFinding, { kind: 'claimed' }>,
    purchaseId: Id<'pur'>,
    settings: SettingsEntity,
  ): Promise<ChargeDecision> {
    switch (finding.kind) {
      case 'conflict':
        throw refuse('charge.purchase_conflict')
      case 'unknown':
        throw refuse('charge.purchase_unknown', { members: { purchaseId } })
      case 'busy':
        throw refuse('charge.purchase_busy', { retryAfterSeconds: 1 })
      case 'complete':
        return answerComplete(finding, purchaseId, settings)
      default:
        return unreachable(finding)
    }
  }

  async function answerComplete(
    { resultText, place, eventId }: Extract<PurchaseFinding, { kind: 'complete' }>,
    purchaseId: Id<'pur'>,
    settings: SettingsEntity,
  ): Promise<ChargeDecision> {
    const kept =
      resultText === undefined
        ? await openOutcome(place, purchaseId, settings.sealingKey)
        : resultText
    if (kept === undefined || kept === null) {
      throw refuse('charge.outcome_not_kept', { members: { purchaseId, eventId } })
    }
    return { kind: 'stored', resultText: kept, eventId: eventId as Id<'evt'> }
  }

  async function decide(intent: CallIntent): Promise<ChargeDecision> {
    if (isStopping) throw refuse('charge.stopping')
    if (opener.openCalls >= OPEN_CALLS_MAX) throw refuse('charge.too_many_in_flight')
    const settings = replica.settings()
    refuseStale(intent.caller, settings, replica.staleMs())
    const { idempotencyKey } = intent
    if (idempotencyKey !== undefined && intent.method === PRICED_METHOD) {
      const purchaseId = purchaseIdOf({
        payerId: intent.caller.organizationId,
        principalId: intent.caller.key.principalId ?? intent.caller.keyId,
        serverId: intent.server.id,
        tool: intent.target,
        idempotencyKey,
      })
      const isPurchase = paidPriceOf(intent) !== undefined || table.knows(purchaseId)
      if (isPurchase) return openKeyed(intent, settings, purchaseId)
    }
    return open(intent, settings, undefined)
  }

  return {
    async begin(intent) {
      try {
        return await decide(intent)
      } catch (error) {
        if (error instanceof Problem) return { kind: 'refused', problem: error }
        throw error
      }
    },
    recall: (leaseIds) => book.recall(leaseIds),
    async drain() {
      isStopping = true
      await Promise.all([book.drain(), opener.whenNoneOpen()])
    },
    exposure: () => ({ openCalls: opener.openCalls, leases: book.leases(), grants: book.grants() }),
  }
}

function proceed(charge: OpenCharge): ChargeDecision {
  return { kind: 'proceed', charge }
}
