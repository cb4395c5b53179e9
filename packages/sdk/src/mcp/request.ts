import type { FrameListener, Frames, MessageListener } from './exchange.ts'
import type { ProgressListener } from './progress.ts'
import type { Receipt } from './receipt.ts'

/** One request to an MCP server (seed: `MCPRequest`). */
export type MCPRequest = {
  /** The server's alias; absent: the aggregated endpoint, with all servers' tools. */
  readonly server?: string
  /** `tools/call` unless told otherwise. */
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  /**
   * The parameters that the tool's schema marks `x-mcp-header`, by the name it gives them: a server of the
   * modern era refuses the call without them (MCP 2026-07-28, `Mcp-Param-{Name}`). Legacy ones do not know them.
   */
  readonly paramHeaders?: Readonly<Record<string, string>>
  /** The dearest price accepted, in US dollars ("0.002"): a dearer call is refused before it runs. */
  readonly maxChargeUsd?: string
  /** The price version accepted: another one is refused before the call runs. */
  readonly priceVersion?: number
  /**
   * Names the purchase: the same key never pays twice, in this process or another. One is made when
   * absent, and used for every attempt. A purchase is known to the API key that it was made with; without
   * an API key of its own (a signed-in browser) a client changes keys every few minutes.
   */
  readonly idempotencyKey?: string
  /** The conversation that it belongs to, for caps that bind each session. */
  readonly session?: string
  /** The mandate that it is bought under (`mdt_…`); needed only where more than one covers the call. */
  readonly mandateId?: string
  /** Hears how far the server is, when it says so; asks for it by a progress token. */
  readonly onProgress?: ProgressListener
  /** Hears every message of the server before the response, parsed: progress, log messages. */
  readonly onMessage?: MessageListener
  /** Hears the JSON-RPC texts of every attempt, also of one that is refused. */
  readonly onFrame?: FrameListener
}

/** The answer of an MCP server (seed: `MCPResponse`). */
export type MCPResponse = {
  /** The `result` member, as the server wrote it. */
  readonly result: Readonly<Record<string, unknown>>
  /** What it cost; undefined when nothing was charged. */
  readonly receipt: Receipt | undefined
  readonly idempotencyKey: string
  /** How often it was sent; above 1 after a lost connection. */
  readonly attempts: number
  /** From sending the attempt that was answered to the last byte of its answer, in ms. */
  readonly durationMs: number
  /** What that attempt sent and got, as text. */
  readonly frames: Frames
}
