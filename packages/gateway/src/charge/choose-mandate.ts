import type { MandateEntity } from '@mcp-orchestra/api/snapshot'
import type { Instant } from '@mcp-orchestra/kernel'
import { compileGrants } from '../authorize/grants.ts'
import { refuse } from './problems.ts'

/** What is to be bought, and the mandate that the caller names for it. */
export type MandateNeed = {
  readonly serverId: string
  readonly tool: string
  readonly named: string | undefined
}

/**
 * The mandate that a purchase is made under: the one that is named, else the only one that covers it. Undefined for
 * a buyer who has none and names none. Throws when a mandate is needed and none can serve, and says why.
 */
export function chooseMandate(
  mandates: readonly MandateEntity[],
  need: MandateNeed,
  now: Instant,
): MandateEntity | undefined {
  if (need.named !== undefined) {
    const named = mandates.find(({ id }) => id === need.named)
    if (named === undefined) throw refuse('charge.mandate_unknown', { detail: need.named })
    refuseUnfit(named, need, now)
    return named
  }
  if (mandates.length === 0) return undefined
  const [fit, other] = mandates.filter((mandate) => faultOf(mandate, need, now) === undefined)
  if (other !== undefined) throw refuse('charge.mandate_ambiguous')
  if (fit !== undefined) return fit
  return refuseUnfit(mostTelling(mandates, need, now), need, now)
}

/** Throws when a mandate that was chosen before ended since. */
export function refuseUnfit(
  mandate: MandateEntity | undefined,
  need: MandateNeed,
  now: Instant,
): undefined {
  const fault = mandate === undefined ? 'charge.mandate_revoked' : faultOf(mandate, need, now)
  if (fault === undefined) return undefined
  throw refuse(fault, mandate === undefined ? {} : { members: { mandateId: mandate.id } })
}

type Fault = 'charge.mandate_revoked' | 'charge.mandate_expired' | 'charge.mandate_out_of_scope'

function faultOf(
  mandate: MandateEntity,
  { serverId, tool }: MandateNeed,
  now: Instant,
): Fault | undefined {
  if (mandate.revoked) return 'charge.mandate_revoked'
  if (mandate.expiresAtMs <= now) return 'charge.mandate_expired'
  const covers = compileGrants({ allow: mandate.allow, deny: [] }).coversTool(serverId, tool)
  return covers ? undefined : 'charge.mandate_out_of_scope'
}

/** Of several that do not serve, one that is in force says more than one that is over; the newest says most. */
function mostTelling(
  mandates: readonly MandateEntity[],
  need: MandateNeed,
  now: Instant,
): MandateEntity | undefined {
  const newestFirst = mandates.toSorted((a, b) => (a.id < b.id ? 1 : -1))
  const inForce = newestFirst.find(
    (mandate) => faultOf(mandate, need, now) === 'charge.mandate_out_of_scope',
  )
  return inForce ?? newestFirst[0]
}
