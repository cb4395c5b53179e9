import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { SplitRule } from '../refund/split-sale.ts'

/** What somebody has a share for, in the order of the waterfall. */
export const SHARE_ROLES = ['affiliate', 'template_author', 'co_publisher'] as const
/** One of {@link SHARE_ROLES}. */
export type ShareRole = (typeof SHARE_ROLES)[number]

/** Who has a share, and how much: basis points of what is left after the platform's fee. */
export type ShareParty = {
  readonly role: ShareRole
  readonly organizationId: Id<'org'>
  readonly bps: number
}

/** A version of who shares what a server earns; it never changes. Without parties the publisher has it all. */
export type ShareAgreement = {
  readonly id: Id<'shr'>
  readonly serverId: Id<'srv'>
  /** Counts from 1 for each server. */
  readonly version: number
  /** Whose sales it binds. */
  readonly publisherId: Id<'org'>
  readonly publishedAt: Instant
  readonly startsAt: Instant
  /** In the order of the waterfall. */
  readonly parties: readonly ShareParty[]
}

/**
 * The agreement that a call is sold under: the highest version that had started when the gateway recorded it,
 * whenever its journal arrives (ADR-0025). Undefined when nobody shares.
 */
export function agreementAt(
  agreements: readonly ShareAgreement[],
  call: {
    readonly serverId: Id<'srv'>
    readonly publisherId: Id<'org'>
    readonly at: Instant
  },
): ShareAgreement | undefined {
  const [inForce] = agreements
    .filter(({ serverId, startsAt }) => serverId === call.serverId && startsAt <= call.at)
    .toSorted((a, b) => b.version - a.version)
  const binds = inForce?.publisherId === call.publisherId && inForce.parties.length > 0
  return binds ? inForce : undefined
}

/** How sales are split under an agreement, or without one. */
export function splitRuleOf(feeBps: number, agreement: ShareAgreement | undefined): SplitRule {
  return { feeBps, shareBps: agreement?.parties.map(({ bps }) => bps) ?? [] }
}
