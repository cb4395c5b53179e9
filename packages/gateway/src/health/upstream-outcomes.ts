import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'

/** What the relay tells of each try to reach a server, and what it asks before one. */
export interface UpstreamOutcomes {
  /** Asked before connecting: a Problem while the breaker is open, so that nobody waits for a dead server. */
  admit(server: ServerEntity): Problem | undefined
  connected(server: ServerEntity): void
  /** It could not be reached, answered 5xx, or its process died. `reason` is a sentence without secrets. */
  failed(server: ServerEntity, reason: string): void
  /** It answered a request after so many milliseconds. */
  answered(server: ServerEntity, latencyMs: number): void
}
