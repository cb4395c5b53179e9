import { unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { DecisionRule } from '@mcp-orchestra/api/routes/decisions'
import { claimOf, feeDelta, finalOf, type Meter } from '@mcp-orchestra/kernel'
import { tariffOf, type Price, type UsageEvent } from '../../metering/index.ts'

/** What one meter of a call came to by itself, in the asset's smallest unit; never more than the claim. */
export type DecidedComponent = {
  readonly meter: Meter
  readonly form: string
  readonly quantity: bigint
  /** Units of the same month before it, where they decide the amount. */
  readonly before: bigint | undefined
  readonly amount: bigint
}

/** Every amount of a call, worked out again. */
export type Decided = {
  readonly rule: DecisionRule
  readonly components: readonly DecidedComponent[]
  /** The most that it costs, wherever in its month it falls. */
  readonly claimed: bigint
  readonly posted: bigint
  /** The platform's part; undefined for a call that was posted before the gross before it was kept. */
  readonly fee: bigint | undefined
}

const AS_DELIVERED: ReadonlySet<UsageEvent['outcome']> = new Set(['cancelled', 'limit_reached'])
const NOTHING = { components: [], claimed: 0n, posted: 0n, fee: 0n }

/**
 * The charge decision of a call: pure, of its event and its price version, neither of which ever changes, so that
 * it comes to the same amounts for ever (spending §2.7). What the event says was posted is not looked at.
 */
export function decide(event: UsageEvent, price: Price | undefined): Decided {
  const rule = ruleOf(event)
  if (rule === 'free' || rule === 'released' || rule === 'nobody_counted' || price === undefined)
    return { rule, ...NOTHING }
  const tariff = tariffOf(price)
  const units = unitsOfCall(event.units)
  const before = event.unitsBefore ?? {}
  const claimed = claimOf(tariff, units, event.reserved)
  const components = tariff.components.map(({ meter, form }): DecidedComponent => ({
    meter,
    form: form.form,
    quantity: units[meter] ?? 0n,
    before: before[meter],
    amount: finalOf({ components: [{ meter, form }] }, units, { before, claim: claimed }),
  }))
  if (rule === 'purchase_posted_before' || rule === 'set_aside')
    return { ...NOTHING, rule, components, claimed }
  const posted = finalOf(tariff, units, { before, claim: claimed })
  const { grossBefore } = event
  const fee = grossBefore === undefined ? undefined : feeDelta(grossBefore, posted, price.feeBps)
  return { rule, components, claimed, posted, fee: posted === 0n ? 0n : fee }
}

/** Whether the amounts that were posted are those that it comes to now; null where too little was kept. */
export function agrees(event: UsageEvent, { claimed, fee, posted, rule }: Decided): boolean | null {
  // A claim that nobody agrees with is why it was set aside.
  if (rule !== 'set_aside' && claimed !== event.amount) return false
  if (posted !== event.posted) return false
  if (fee === undefined || event.fee === null) return null
  return fee === event.fee
}

function ruleOf({ amount, disposition, outcome, priceId, unitsFrom }: UsageEvent): DecisionRule {
  if (disposition === 'suspense') return 'set_aside'
  if (disposition === 'duplicate_purchase') return 'purchase_posted_before'
  if (priceId === null) return 'free'
  if (unitsFrom === 'missing') return 'nobody_counted'
  if (amount === 0n) return 'released'
  return AS_DELIVERED.has(outcome) ? 'charged_as_delivered' : 'charged'
}
