import type { Principal } from '@mcp-orchestra/api/permission'

/** Who acted, for the audit trail: the key when there is one (it names its member), else the member. */
export function actorOf(principal: Principal): string {
  return principal.keyId ?? principal.memberId ?? principal.organizationId
}
