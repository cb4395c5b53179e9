import type { MandateEntity } from '@mcp-orchestra/api/snapshot'
import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'

/** Which servers and tools a mandate is for; an absent `tools` is all of them. */
export type MandateRule = {
  readonly serverId: string
  readonly tools?: readonly string[] | undefined
}

/** Who has a mandate: one key with its successors, or every key of an agent. */
export type MandatePrincipal =
  | { readonly kind: 'key'; readonly id: Id<'key'> }
  | { readonly kind: 'agent'; readonly id: Id<'agt'> }

/** What somebody may buy, for how much and until when; it never changes, but it may be revoked. */
export type Mandate = {
  readonly id: Id<'mdt'>
  readonly organizationId: Id<'org'>
  readonly name: string
  readonly principal: MandatePrincipal
  readonly allow: readonly MandateRule[]
  readonly asset: AssetId
  /** For all purchases under it, in the asset's smallest unit: its cap in total. */
  readonly limit: bigint
  /** For one call, in the asset's smallest unit: its ceiling. Null: the limit. */
  readonly perCall: bigint | null
  readonly createdBy: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly revokedAt: Instant | null
}

/** A mandate with what leases hold of its limit, used or not. */
export type MandateStanding = Mandate & { readonly taken: bigint }

/** Whether something may be bought under it now. */
export function statusOf(mandate: Mandate, at: Instant): 'active' | 'expired' | 'revoked' {
  if (mandate.revokedAt !== null) return 'revoked'
  return mandate.expiresAt <= at ? 'expired' : 'active'
}

/** A mandate as gateways know it; its amounts they know as caps. */
export function mandateEntityOf(mandate: Mandate): MandateEntity {
  const { id, organizationId, principal, allow, expiresAt, revokedAt } = mandate
  return {
    id,
    organizationId,
    principal: { ...principal },
    allow: allow.map(({ serverId, tools }) =>
      tools === undefined ? { serverId } : { serverId, tools: [...tools] },
    ),
    expiresAtMs: expiresAt,
    revoked: revokedAt !== null,
  }
}
