import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Role } from './role.ts'

/** A customer: owns servers, keys and a balance. A suspended one may do nothing. */
export type Organization = {
  readonly id: Id<'org'>
  readonly name: string
  readonly status: 'active' | 'suspended'
  readonly createdAt: Instant
}

/** A person in an organization; `email` is lower-case and unique on the platform. */
export type Member = {
  readonly id: Id<'mbr'>
  readonly organizationId: Id<'org'>
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly operator: boolean
  readonly createdAt: Instant
}
