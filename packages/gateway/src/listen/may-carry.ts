import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { CallerIdentity } from '../authorize/caller.ts'

/** What belongs to the server as a whole, not to its tools. */
const WHOLE_SERVER = /^(prompts|resources|completion|tasks|skills)\//

/** Why a caller may not send this method to this server; `target` is the server's own name for it. */
export function refusalToCarry(
  authorizer: Authorizer,
  caller: CallerIdentity,
  server: ServerEntity,
  method: string,
  target: string | undefined,
): Problem | undefined {
  const refusal = authorizer.mayUse(caller, server)
  if (refusal !== undefined) return refusal
  if (method === 'tools/call') return authorizer.mayCall(caller, server, target ?? '')
  return WHOLE_SERVER.test(method) ? authorizer.mayUseWhole(caller, server) : undefined
}
