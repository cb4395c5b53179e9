import { checkJson, scanArray } from './json/scan.ts'
import { textOf, type Span } from './json/span.ts'
import {
  MessageError,
  readMessage,
  RPC_INVALID_REQUEST,
  unreadable,
  type Message,
} from './message.ts'

/** Messages in one batch: an SDK sends a handful, and each one waits in memory for all the others. */
export const BATCH_MESSAGES_MAX = 64

/** What a batch holds: messages, and what is none and is answered so (JSON-RPC 2.0 §6). */
export type BatchItem = Message | MessageError

const ARRAY_START = /^[ \t\r\n]*\[/

/** Whether a text is a batch, or would be if it were JSON. */
export function isBatch(text: string): boolean {
  return ARRAY_START.test(text)
}

/**
 * Reads a batch (JSON-RPC 2.0 §6; MCP 2025-03-26); throws {@link MessageError} for one that as a whole is none:
 * empty, too long, with an id that stands twice, or with `initialize` in it (MCP 2025-03-26, lifecycle).
 */
export function readBatch(text: string): readonly BatchItem[] {
  const spans = elementsOf(text)
  if (spans.length === 0) throw invalid('a batch has at least one message')
  if (spans.length > BATCH_MESSAGES_MAX)
    throw invalid(`a batch has at most ${BATCH_MESSAGES_MAX} messages`)
  const items = spans.map((span) => readItem(textOf(text, span)))
  const ids = new Set<string>()
  for (const item of items) {
    if (item instanceof MessageError || item.kind !== 'request') continue
    if (item.method === 'initialize') throw invalid('initialize is sent alone, not in a batch')
    const idText = item.idText ?? ''
    if (ids.has(idText)) throw invalid(`two requests of the batch have the id ${idText}`)
    ids.add(idText)
  }
  return items
}

function elementsOf(text: string): readonly Span[] {
  try {
    checkJson(text)
  } catch (error) {
    throw unreadable(error)
  }
  return scanArray(text)?.elements ?? []
}

function readItem(text: string): BatchItem {
  try {
    return readMessage(text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return error
  }
}

function invalid(message: string): MessageError {
  return new MessageError(RPC_INVALID_REQUEST, message)
}
