import type { MessageListener } from './exchange.ts'
import type { Receipt } from './receipt.ts'

/** One request to an MCP server (seed: `MCPRequest`). */
export type MCPRequest = {
  /** The server's alias; absent: the aggregated endpoint, with all servers' tools. */
  readonly server?: string
  /** `tools/call` unless told otherwise. */
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  /** The dearest price accepted, in US dollars ("0.002"): a dearer call is refused before it runs. */
  readonly maxChargeUsd?: string
  /** The price version accepted: another one is refused before the call runs. */
  readonly priceVersion?: number
  /**
   * Names the purchase: the same key never pays twice, in this process or another. One is made when
   * absent, and used for every attempt.
   */
  readonly idempotencyKey?: string
  /** Hears progress and log messages of the server. */
  readonly onMessage?: MessageListener
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
}
