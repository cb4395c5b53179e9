import { LargeResult, LargeResultError, type EditMember } from '../../protocol/json/large-result.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { largeProblem } from '../../upstream/large-problem.ts'
import { META_SERVER_INFO, resultMembers } from './modern-answer.ts'

/** What a large answer is for. */
export type LargeAnswerTo = {
  readonly method: string
  /** The id that the server was given. */
  readonly ownIdText: string
  /** The id that the client's side of this hop knows. */
  readonly idText: string
  readonly serverInfoText: string | undefined
  /** The server's cap for a result, in bytes. */
  readonly bytesMax: number
}

/**
 * A large legacy result as a modern one, chunk by chunk: what a small one gets in front (`modernResult`), this one gets
 * before its closing brace.
 */
export async function* largeAnswer(
  chunks: AsyncIterable<Uint8Array>,
  { method, ownIdText, idText, serverInfoText, bytesMax }: LargeAnswerTo,
): AsyncGenerator<Uint8Array> {
  const members = resultMembers(method)
  if (serverInfoText !== undefined)
    members.set('_meta', `{"${META_SERVER_INFO}":${serverInfoText}}`)
  const missing = new Map(members)
  const replacing = (key: string, text: string): EditMember => {
    return (own) => {
      missing.delete(key)
      return key === '_meta' ? named(own, serverInfoText) : text
    }
  }
  const edits = new Map([...members].map(([key, text]) => [key, replacing(key, text)] as const))
  const large = new LargeResult({ idText, bytesMax, edits })
  try {
    for await (const chunk of chunks) yield* large.push(chunk)
    const { end, finish } = large.end()
    const isUnread = end.kind === 'error' && (end.idText === undefined || end.idText === 'null')
    if (end.idText !== ownIdText && !isUnread)
      throw new LargeResultError('invalid', 'the answer is for another request')
    yield finish(end.kind === 'result' ? missing : undefined)
  } catch (error) {
    throw error instanceof LargeResultError ? largeProblem(error) : error
  }
}

/** The server's own `_meta` with its name, as `modernResult` puts it. */
function named(metaText: string, serverInfoText: string | undefined): string {
  const meta = scanObject(metaText)
  if (serverInfoText === undefined || meta === undefined) return metaText
  if (memberOf(meta, META_SERVER_INFO) !== undefined) return metaText
  return splice(metaText, editObject(meta, { set: new Map([[META_SERVER_INFO, serverInfoText]]) }))
}
