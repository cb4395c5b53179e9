import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import type { Message } from '../../protocol/message.ts'
import { legacyCodecOf } from '../../protocol/revisions.ts'

const VERSION = 'protocolVersion'

/** The revision that an `initialize` request asks for; undefined when it names none. */
export function askedRevision(requestText: string): string | undefined {
  const params = memberOf(scanObject(requestText), 'params')
  const scanned = params === undefined ? undefined : scanObject(requestText, params.value.start)
  return stringAt(requestText, memberOf(scanned, VERSION)?.value)
}

/** The revision that the answer to `initialize` chose; undefined when it is an error, or names none. */
export function chosenRevision({ text, result }: Message): string | undefined {
  return stringAt(text, memberOf(result, VERSION)?.value)
}

/** Whether two revisions are not the same and both are ours, so that what was asked for can be answered before what was chosen. */
export function isBridged(asked: string | undefined, chosen: string | undefined): boolean {
  return (
    asked !== chosen && legacyCodecOf(asked) !== undefined && legacyCodecOf(chosen) !== undefined
  )
}

/** The answer to `initialize` with the revision that the client asked for; all other bytes as they were. */
export function greetingIn({ text, result }: Message, revision: string): string {
  if (result === undefined) return text
  const set = new Map([[VERSION, JSON.stringify(revision)]])
  return splice(text, editObject(result, { set }))
}
