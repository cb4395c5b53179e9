import { isBatch } from './batch.ts'
import { withoutDeepMembers } from './deep-members.ts'
import { checkGrammar, scanArray } from './json/scan.ts'
import { textOf } from './json/span.ts'
import { MessageTooDeep, readMessage, unreadable, type Message } from './message.ts'

/**
 * Reads one message of a server; throws a MessageError. A member of a list that nests too deep is not the end of the
 * list: it is taken out.
 */
export function readServerMessage(text: string): Message {
  try {
    return readMessage(text)
  } catch (error) {
    if (!(error instanceof MessageTooDeep)) throw error
    return readMessage(withoutDeepMembers(text))
  }
}

/** The messages of a text that a server sent: one, or those of a batch. Throws a MessageError when one of them is none. */
export function readServerMessages(text: string): readonly Message[] {
  if (!isBatch(text)) return [readServerMessage(text)]
  try {
    checkGrammar(text)
  } catch (error) {
    throw unreadable(error)
  }
  const spans = scanArray(text)?.elements ?? []
  return spans.map((span) => readServerMessage(textOf(text, span)))
}
