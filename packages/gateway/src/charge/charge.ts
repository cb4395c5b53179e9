import type { CallOutcomeKind, TokenUnits } from '@mcp-orchestra/api/journal-record'
import type { PriceEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Id, Money, Problem } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../authorize/caller.ts'

/** What is about to be bought: everything that fixes the price and the purchase (spending §2.7, §3.10). */
export type CallIntent = {
  readonly callId: Id<'evt'>
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  /** `tools/call`, `prompts/get`, `resources/read`. Only tools have prices for now. */
  readonly method: string
  /** The tool's own name at the server, or the prompt's name or resource's URI. */
  readonly target: string
  /** From `Idempotency-Key` or our `_meta` key; undefined makes every call a purchase of its own. */
  readonly idempotencyKey: string | undefined
  /** The mandate that the caller names, where it has several. */
  readonly mandateId?: string | undefined
  /** The conversation that it belongs to, from our `_meta` key or the MCP session: caps may bind each of them. */
  readonly session?: string | undefined
  /** SHA-256 of (server, method, params without our `_meta` keys and progress token), hex. */
  readonly requestDigest: string
  readonly attempt: number
  /** The dearest price the caller accepts; dearer is refused before the upstream is called. */
  readonly maxCharge: Money | undefined
  readonly expectedPriceVersion: number | undefined
  /**
   * The version of the price that was fixed when the call began, on an earlier leg of it (spending §3.11); null
   * when it was free then. Undefined takes the price in force.
   */
  readonly agreedPriceVersion?: number | null | undefined
  /** `readOnlyHint` or `idempotentHint` of the tool as last listed: an unknown end may be run again. */
  readonly safeToRepeat: boolean
  /** SHA-256 of the tool's definition as last listed, hex: what the caller bought by. Undefined when unknown. */
  readonly toolHash?: string | undefined
  readonly requestBytes: number
  /** The exact JSON text of the tool's arguments, for a tokenizer; absent when there are none. */
  readonly argumentsText?: string | undefined
}

/** How the call ended, as the relay saw it. */
export type CallEnd = {
  readonly outcome: CallOutcomeKind
  readonly durationMs: number
  readonly resultBytes: number
  /** The `result` member's exact JSON text, when it was small enough to be held: kept for keyed purchases. */
  readonly resultText: string | undefined
  /** What the result's `_meta` says of the tokens used, as its exact JSON text. */
  readonly usageText?: string | undefined
}

/** What a settled call cost, and the tokens it was counted by; `receipt` goes into `_meta["io.mcp-orchestra/receipt"]` of paid results. */
export type Settlement = {
  readonly charged: Money
  readonly units?: TokenUnits | undefined
  readonly eventId: Id<'evt'>
}

/** A part of a result that streams: what its server says of all tokens so far, and the text that it brings. */
export type StreamedChunk = {
  /** `_meta["io.mcp-orchestra/usage"]` as its exact JSON text: cumulative, this chunk included. */
  readonly usageText: string | undefined
  readonly text: string | undefined
}

/** Meters a result while it streams: a chunk may be written only when its cost is reserved (spending §4.14). */
export interface StreamMeter {
  /** Whether everything up to and with this chunk costs at most what was reserved. One at a time, in their order. */
  admit(chunk: StreamedChunk): Promise<boolean>
  /** The client has the chunk that was admitted last: it is paid for, whatever comes. */
  delivered(): void
}

/** A call that may go upstream. Exactly one of `settle` must follow, once. */
export type OpenCharge = {
  readonly price: PriceEntity | undefined
  /** Of a call whose price counts tokens. */
  readonly stream?: StreamMeter | undefined
  /** The mandate that it is bought under; absent when the buyer has none, or it is free. */
  readonly mandateId?: string | undefined
  /**
   * Commits or releases by the outcome table. For a charged call the promise resolves only when the
   * record is durable: the caller must not have the last byte before (spending §4.14). Rejects with a
   * Problem when it cannot be made durable: then nothing is charged and the result must not be delivered.
   */
  settle(end: CallEnd): Promise<Settlement>
}

/** The decision before the upstream is called. */
export type ChargeDecision =
  | { readonly kind: 'proceed'; readonly charge: OpenCharge }
  /** A keyed purchase that is complete: its stored `result` text, nothing charged again. */
  | { readonly kind: 'stored'; readonly resultText: string; readonly eventId: Id<'evt'> }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** The charge path of the pipeline: reserve before, settle after. */
export interface Charging {
  begin(intent: CallIntent): Promise<ChargeDecision>
}
