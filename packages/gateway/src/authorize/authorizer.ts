import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from './caller.ts'

/** What a credential proved. */
export type Verification =
  | { readonly kind: 'caller'; readonly caller: CallerIdentity }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** Decides who calls and what they may call, from memory (architecture §3); deny wins over allow. */
export interface Authorizer {
  /** Verifies the `Authorization` header of one request; refuses when the snapshot is too stale to know. */
  verify(authorization: string | undefined): Promise<Verification>
  /** Why the caller may not use the server at all; an invisible server and an unknown one look the same (404). */
  mayUse(caller: CallerIdentity, server: ServerEntity): Problem | undefined
  /** Why the caller may not call this tool (the server's own name for it); undefined when it may. */
  mayCall(caller: CallerIdentity, server: ServerEntity, tool: string): Problem | undefined
  /** Why the caller may not use prompts, resources and completion of the server: a rule that names tools grants those alone. */
  mayUseWhole(caller: CallerIdentity, server: ServerEntity): Problem | undefined
}
