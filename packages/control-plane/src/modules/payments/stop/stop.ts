import type { StopEntity } from '@mcp-orchestra/api/snapshot'
import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { SpenderScope } from '../cap/cap.ts'

/** What is stopped: all that a spender spends, or what the organization spends at a server or under a mandate. */
export type StopScope =
  | SpenderScope
  | { readonly kind: 'mandate'; readonly id: Id<'mdt'> }
  | { readonly kind: 'server'; readonly id: Id<'srv'> }

/** That an organization's spending was stopped (spending §7.20); in force until it is resumed. */
export type Stop = {
  readonly id: Id<'stp'>
  readonly organizationId: Id<'org'>
  readonly scope: StopScope
  /** For whoever is refused: a sentence. */
  readonly reason: string
  /** Made by the platform's operator from outside the organization, which then cannot lift it. */
  readonly byOperator: boolean
  readonly stoppedBy: string
  readonly stoppedAt: Instant
  readonly resumedAt: Instant | null
}

/** A stop as gateways know it. */
export function stopEntityOf({ id, organizationId, scope, reason }: Stop): StopEntity {
  return { id, organizationId, scope: { ...scope }, reason }
}
