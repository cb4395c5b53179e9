import type { CallDecision } from '@mcp-orchestra/sdk'

/** The sentences of {@link CallDecision.rule}. */
const RULES: Readonly<Record<CallDecision['rule'], string>> = {
  free: 'the tool has no price',
  charged: 'a complete result pays what its price says',
  charged_as_delivered: 'the call ended early: the parts that were delivered pay',
  released: 'calls that end like this are not charged',
  nobody_counted: 'its price counts tokens, and nobody counted them',
  purchase_posted_before: 'another attempt of the same purchase has paid',
  set_aside: 'the books do not agree with the claim: set aside with a case, and not charged',
}

/** A decision as lines of a name and a text. */
export function explain(decision: CallDecision): [string, string][] {
  const { budget, components, entitlement, price, quote, replay, screening, shares, tax } = decision
  const { keyId, memberId, payerId, serverId, snapshotVersion, tool } = entitlement
  const who = memberId === null ? `key ${keyId}` : `key ${keyId} of member ${memberId}`
  return [
    ['call', `${decision.eventId}  ${decision.at}`],
    ['who', `${payerId} by ${who}, as of snapshot ${snapshotVersion}`],
    ['what', `${tool} of ${serverId}`],
    ...budgetLines(budget),
    ['price', price === null ? 'none' : `version ${price.version} (${price.id}) for ${price.tool}`],
    ...components.map(({ amount, before, form, meter, quantity }): [string, string] => [
      '',
      `${quantity} × ${meter} (${form}${before === null ? '' : ` after ${before}`}): ${amount.display}`,
    ]),
    ['reserved', decision.reserved.display],
    ['claimed', decision.claimed.display],
    ['outcome', `${decision.outcome}: ${RULES[decision.rule]}`],
    ['paid', `${decision.posted.display} (${decision.disposition})`],
    ...shares.map(({ amount, organizationId, role }): [string, string] => [
      '',
      `${amount.display} to ${organizationId ?? `the ${role}`}`,
    ]),
    ['currency', quote.source === 'none' ? `${quote.asset}, not converted` : quote.source],
    ['tax', `${tax.hook}: ${tax.amount.display}`],
    ['screening', `${screening.hook}: ${screening.result}`],
    ['replay', replayText(replay)],
  ]
}

function budgetLines(budget: CallDecision['budget']): [string, string][] {
  if (budget === null) return []
  const lease = budget.leaseId ?? 'none'
  return [
    ['lease', lease],
    ...budget.windows.map(({ capId, period, scopeKind, startsAt }): [string, string] => [
      '',
      `cap ${capId} of the ${scopeKind}, ${period} from ${startsAt}`,
    ]),
  ]
}

function replayText({ agrees, posted }: CallDecision['replay']): string {
  if (agrees === null)
    return `comes to ${posted.display}; its fee was posted before its inputs were kept`
  return agrees ? `comes to the same: ${posted.display}` : `DIFFERS: it comes to ${posted.display}`
}
