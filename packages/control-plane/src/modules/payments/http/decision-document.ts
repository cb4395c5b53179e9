import { showAmount } from '@mcp-orchestra/api/money'
import type { DecisionDocument } from '@mcp-orchestra/api/routes/decisions'
import { money, toRfc3339 } from '@mcp-orchestra/kernel'
import type { z } from 'zod'
import { agrees } from '../decision/decide.ts'
import type { CallDecision } from '../decision/decisions.ts'

/** A charge decision on the wire. */
export function decisionDocument(decision: CallDecision): z.infer<typeof DecisionDocument> {
  const { decided, event, hooks, parts, price } = decision
  const amount = (units: bigint) => showAmount(money(units, event.asset))
  const fee = event.fee ?? undefined
  return {
    eventId: event.id,
    at: toRfc3339(event.at),
    entitlement: {
      payerId: event.payerId,
      keyId: event.keyId,
      memberId: event.memberId,
      serverId: event.serverId,
      method: event.method,
      tool: event.tool,
      snapshotVersion: event.snapshotVersion,
    },
    budget: budgetOf(decision),
    price:
      price === undefined
        ? null
        : { id: price.id, version: price.version, tool: price.tool, feeBps: price.feeBps },
    components: decided.components.map((component) => ({
      meter: component.meter,
      form: component.form,
      quantity: component.quantity.toString(),
      before: component.before?.toString() ?? null,
      amount: amount(component.amount),
    })),
    reserved: amount(event.reserved),
    claimed: amount(event.amount),
    posted: amount(event.posted),
    quote: { source: 'none', asset: event.asset },
    tax: { hook: hooks.tax.name, amount: amount(hooks.tax.taxOf(event)) },
    screening: { hook: hooks.screening.name, result: hooks.screening.resultOf(event) },
    fee: fee === undefined ? null : amount(fee),
    shares: (parts ?? []).map((part) => ({ ...part, amount: amount(part.amount) })),
    outcome: event.outcome,
    rule: decided.rule,
    disposition: event.disposition,
    purchaseId: event.purchaseId,
    transferId: event.transferId,
    replay: {
      claimed: amount(decided.claimed),
      posted: amount(decided.posted),
      fee: decided.fee === undefined ? null : amount(decided.fee),
      agrees: agrees(event, decided),
    },
  }
}

function budgetOf({ event, windows }: CallDecision) {
  if (windows === undefined) return null
  return {
    leaseId: event.leaseId,
    windows: windows.map(({ startsAt, endsAt, ...window }) => ({
      ...window,
      startsAt: toRfc3339(startsAt),
      endsAt: endsAt === null ? null : toRfc3339(endsAt),
    })),
  }
}
