import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'
import type { CapPeriod } from './window.ts'

/** Whom a cap binds: everything an organization pays, or what one of its keys spends. */
export type CapScope =
  | { readonly kind: 'organization'; readonly id: Id<'org'> }
  | { readonly kind: 'key'; readonly id: Id<'key'> }

/** A hard cap: never exceeded within a window, because every lease is taken from it first (spending §1.2). */
export type Cap = {
  readonly id: Id<'cap'>
  readonly organizationId: Id<'org'>
  readonly scope: CapScope
  readonly period: CapPeriod
  readonly asset: AssetId
  /** In the asset's smallest unit, per window. */
  readonly amount: bigint
  readonly createdAt: Instant
}

/** A cap with its current window: what leases hold of it, used or not. */
export type CapStanding = Cap & { readonly taken: bigint }
