import type { KeyEntity } from '@mcp-orchestra/api/snapshot'
import type { Id } from '@mcp-orchestra/kernel'

/** Who is calling, from memory, after the key was verified. */
export type CallerIdentity = {
  readonly keyId: Id<'key'>
  readonly organizationId: Id<'org'>
  readonly memberId: Id<'mbr'> | null
  readonly key: KeyEntity
}
