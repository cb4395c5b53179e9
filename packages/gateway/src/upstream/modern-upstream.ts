import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { CancelSignal } from '../cancel.ts'
import type { UpstreamResponse } from './upstream.ts'

/** One modern message on its way to a server: it stands alone, and aborting the signal cancels it. */
export type ModernRequest = {
  /** In whose name, the gateway's own when undefined; what a server keeps between requests is kept for each caller apart. */
  readonly caller: CallerIdentity | undefined
  /** The whole JSON-RPC text, with an id of ours and the modern envelope in `params._meta`. */
  readonly text: string
  /** The minted id of a request; undefined for a notification. */
  readonly id: number | undefined
  readonly method: string
  /** The mirrored headers of this hop (MCP 2026-07-28, request metadata). */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: CancelSignal
  /** JSON bodies up to this are held whole, in bytes. */
  readonly heldBytesMax: number
}

/**
 * A server as a modern client sees it, whatever it speaks itself: natively over HTTP, or through a translation.
 * The legacy counterpart is {@link import('./upstream.ts').UpstreamLink}.
 */
export interface ModernUpstream {
  /** Rejects with a problem when the server cannot be reached; JSON-RPC errors are answers. */
  send(server: ServerEntity, request: ModernRequest): Promise<UpstreamResponse>
}
