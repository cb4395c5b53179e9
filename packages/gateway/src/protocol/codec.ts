import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import type { ClientEra } from '../route/endpoint.ts'
import type { Message } from './message.ts'

/** HTTP headers as they came: lower-case names. */
export type HeaderBag = Readonly<Record<string, string | string[] | undefined>>

/** A JSON-RPC error that a revision prescribes, and its HTTP status. */
export type RpcRefusal = {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** What a final response said, as far as charging needs it. */
export type ResponseFacts = {
  readonly isRpcError: boolean
  /** Raw texts of `result.isError` and `result.resultType`. */
  readonly isErrorText: string | undefined
  readonly resultTypeText: string | undefined
}

/**
 * A frozen protocol revision: all that depends on its date. A new revision is a new folder beside the
 * others; translation between two is made of two codecs and lives outside of both.
 */
export interface Codec {
  readonly era: ClientEra
  readonly revision: string
  /** Whether closing the response stream cancels the request (modern), or only `notifications/cancelled` does. */
  readonly closeCancels: boolean
  /** Whether one POST may carry several messages as an array (JSON-RPC 2.0 §6): MCP 2025-03-26 alone. */
  readonly takesBatches: boolean
  /** Whether clients know an event with empty data, which a stream begins with so that it can be resumed; others would read it as a message. */
  readonly primesStreams: boolean
  /** The error that the revision prescribes for this message and its headers; undefined when it may pass. */
  check(message: Message, headers: HeaderBag): RpcRefusal | undefined
  /** The headers of the next hop; `name` is the name there when the endpoint renamed it. */
  headersFor(message: Message, headers: HeaderBag, name: string | undefined): Record<string, string>
  /** How a call that got this final response ended (spending §3.11). */
  outcomeOf(facts: ResponseFacts): CallOutcomeKind
  /** The HTTP status of a refusal inside JSON-RPC: the problem's own on modern, 200 on legacy. */
  statusOf(problemStatus: number): number
}

/** The single value of a header, without surrounding blanks; undefined when absent. */
export function headerOf(headers: HeaderBag, name: string): string | undefined {
  const value = headers[name]
  const text = Array.isArray(value) ? value.join(', ') : value
  return text === undefined || !(isBlank(text, 0) || isBlank(text, text.length - 1))
    ? text
    : trimBlanks(text)
}

/** Without blanks at both ends. NOTE: no pattern, for one that looks for the end costs the square of blanks within. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text, start)) start += 1
  while (end > start && isBlank(text, end - 1)) end -= 1
  return text.slice(start, end)
}

function isBlank(text: string, at: number): boolean {
  const char = text.charCodeAt(at)
  return char === 0x20 || char === 0x09
}
