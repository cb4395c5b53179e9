import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'
import type { CapPeriod } from './window.ts'

/** Whom a cap binds, whatever spends for it: an organization, a project, an agent, a key, or a mandate. */
export type SpenderScope =
  | { readonly kind: 'organization'; readonly id: Id<'org'> }
  | { readonly kind: 'project'; readonly id: Id<'prj'> }
  | { readonly kind: 'agent'; readonly id: Id<'agt'> }
  | { readonly kind: 'key'; readonly id: Id<'key'> }

/** Whom a cap binds; `session` is each session of the spender that is named, by itself. */
export type CapScope =
  | SpenderScope
  | { readonly kind: 'mandate'; readonly id: Id<'mdt'> }
  | { readonly kind: 'session'; readonly of: SpenderScope['kind']; readonly id: SpenderScope['id'] }

/** A hard cap: never exceeded within a window, because every lease is taken from it first (spending §1.2). */
export type Cap = {
  readonly id: Id<'cap'>
  readonly organizationId: Id<'org'>
  readonly scope: CapScope
  readonly period: CapPeriod | 'call'
  readonly asset: AssetId
  /** In the asset's smallest unit, per window; of a `call` cap, the most that one call may cost. */
  readonly amount: bigint
  readonly createdAt: Instant
}

/** A cap that leases are taken from: any but a ceiling per call, which gateways hold reservations to. */
export type WindowedCap = Cap & { readonly period: CapPeriod }

/** A cap with its current window: what leases hold of it, used or not; of a session cap, of its fullest session. */
export type CapStanding = Cap & { readonly taken: bigint }

/** Whether leases are taken from a cap. */
export function isWindowed(cap: Cap): cap is WindowedCap {
  return cap.period !== 'call'
}

/** Whether every call of the organization is bound by it, whatever key makes it. */
export function bindsEveryCall({ scope }: Cap): boolean {
  return scope.kind === 'organization' || (scope.kind === 'session' && scope.of === 'organization')
}

/**
 * Caps that one scope may have. Together with one per kind of session they stay below what a scope path may
 * name (`PATH_CAPS_MAX`): 8 for each of organization, project, agent, key and mandate, and 4 for their sessions.
 */
export function capLimitOf(scope: CapScope): number {
  return scope.kind === 'session' ? 1 : 8
}
