import type { Principal } from '@mcp-orchestra/api/permission'

/** Who is written into the audit trail. */
export function actorOf({ keyId, memberId }: Principal): string {
  return keyId ?? memberId ?? 'system'
}
