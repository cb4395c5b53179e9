import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import type { Message } from '../../protocol/message.ts'
import { revisionInstead } from '../../protocol/revision-refusal.ts'
import { legacyCodecOf } from '../../protocol/revisions.ts'
import { readUpstream } from '../../upstream/read-answer.ts'

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

/** The revision that a server has instead, when its answer to a greeting refuses one of ours; undefined when it does not. */
export function refusedFor(data: string, requestText: string, idText: string): string | undefined {
  const asked = askedRevision(requestText)
  if (legacyCodecOf(asked) === undefined) return undefined
  const { idText: answered, isError, root, text } = readUpstream(data)
  const error = memberOf(root, 'error')
  if (!isError || error === undefined || (answered !== idText && answered !== 'null'))
    return undefined
  return revisionInstead(textOf(text, error.value), asked)
}
