import { assert, type Clock } from '@mcp-orchestra/kernel'
import { PURCHASE_KEPT_MS, type OutcomePlace, type SettledPurchase } from './purchase.ts'

/** What a call learns about the purchase it belongs to. */
export type PurchaseFinding =
  /** It is this call's to run; exactly one method of the claim must follow. */
  | { readonly kind: 'claimed'; readonly claim: PurchaseClaim }
  | {
      readonly kind: 'complete'
      readonly eventId: string
      /** Null when the result was too large to be kept. */
      readonly resultText: string | null | undefined
      readonly place: OutcomePlace
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'busy' }

/** The right to run a purchase, and the duty to say how it ended. */
export interface PurchaseClaim {
  complete(end: {
    readonly eventId: string
    readonly place: OutcomePlace
    readonly resultText: string | null
  }): void
  /** Nothing was bought: the next call with this key may run. */
  release(): void
  /** It may have run, and its end could not be made durable. */
  lose(): void
}

/** The keyed purchases of the last 24 h. */
export interface PurchaseTable {
  knows(purchaseId: string): boolean
  /** Waits while the same purchase is in flight. Nothing is awaited between a claim and its return. */
  find(
    purchaseId: string,
    call: { readonly requestDigest: string; readonly safeToRepeat: boolean },
  ): Promise<PurchaseFinding>
  readonly size: number
}

/**
 * Purchases remembered at once; about 75 MB. Beyond it the oldest are forgotten before their 24 h: their
 * repeat runs again, and the ledger still posts the purchase only once.
 */
export const PURCHASES_MAX = 250_000

/** Calls that may wait for one purchase in flight; a client that sends more is told to stop. */
export const PURCHASE_WAITERS_MAX = 64

type Running = {
  readonly requestDigest: string
  readonly ended: PromiseWithResolvers<string | null | undefined>
  waiters: number
}

/** A table that knows what a replay found, oldest first. */
export function createPurchaseTable(deps: {
  readonly clock: Clock
  readonly replayed?: Iterable<readonly [string, SettledPurchase]>
  readonly purchasesMax?: number
}): PurchaseTable {
  const { clock, purchasesMax = PURCHASES_MAX } = deps
  const running = new Map<string, Running>()
  /** In order of their ends, so that the oldest is always first. */
  const settled = new Map<string, SettledPurchase>(deps.replayed ?? [])

  function forgetOld(): void {
    const before = clock.now() - PURCHASE_KEPT_MS
    for (const [purchaseId, { atMs }] of settled) {
      if (settled.size <= purchasesMax && atMs >= before) return
      settled.delete(purchaseId)
    }
  }

  function settle(purchaseId: string, purchase: SettledPurchase): void {
    settled.delete(purchaseId)
    settled.set(purchaseId, purchase)
    forgetOld()
  }

  function claim(purchaseId: string, requestDigest: string): PurchaseClaim {
    const run: Running = { requestDigest, ended: Promise.withResolvers(), waiters: 0 }
    running.set(purchaseId, run)
    function end(resultText: string | null | undefined): void {
      assert(running.get(purchaseId) === run, 'a purchase ends once')
      running.delete(purchaseId)
      run.ended.resolve(resultText)
    }
    return {
      complete({ eventId, place, resultText }) {
        const atMs = clock.now()
        settle(purchaseId, { state: 'complete', atMs, eventId, requestDigest, place })
        end(resultText)
      },
      release() {
        settled.delete(purchaseId)
        end(undefined)
      },
      lose() {
        settle(purchaseId, { state: 'unknown', atMs: clock.now() })
        end(undefined)
      },
    }
  }

  function findSettled(
    known: SettledPurchase,
    call: { readonly requestDigest: string; readonly safeToRepeat: boolean },
    resultText: string | null | undefined,
  ): PurchaseFinding | undefined {
    if (known.state === 'unknown') return call.safeToRepeat ? undefined : { kind: 'unknown' }
    if (known.requestDigest !== call.requestDigest) return { kind: 'conflict' }
    return { kind: 'complete', eventId: known.eventId, place: known.place, resultText }
  }

  return {
    knows: (purchaseId) => running.has(purchaseId) || settled.has(purchaseId),
    async find(purchaseId, call) {
      forgetOld()
      let resultText: string | null | undefined
      for (;;) {
        const run = running.get(purchaseId)
        if (run === undefined) break
        if (run.requestDigest !== call.requestDigest) return { kind: 'conflict' }
        if (run.waiters >= PURCHASE_WAITERS_MAX) return { kind: 'busy' }
        run.waiters += 1
        resultText = await run.ended.promise
      }
      const known = settled.get(purchaseId)
      const finding = known === undefined ? undefined : findSettled(known, call, resultText)
      return finding ?? { kind: 'claimed', claim: claim(purchaseId, call.requestDigest) }
    },
    get size() {
      return running.size + settled.size
    },
  }
}
