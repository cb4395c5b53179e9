import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { resultMembers } from './modern-answer.ts'

/**
 * A large legacy result as a modern one, chunk by chunk: the members of a modern result are put before its closing
 * brace. The server's name is left out, so that a receipt can still be put into `_meta` (MCP 2026-07-28 only asks for
 * it where it is possible).
 */
export async function* largeAnswer(
  chunks: AsyncIterable<Uint8Array>,
  { method, idText, bytesMax }: LargeAnswerTo,
): AsyncGenerator<Uint8Array> {
  const large = new LargeResult(idText, bytesMax)
  try {
    for await (const chunk of chunks) yield* large.push(chunk)
    const { end, held } = large.end()
    if (end.kind === 'result') {
      if (end.resultTypeText !== undefined)
        throw new LargeResultError('invalid', 'a legacy result that claims a resultType')
      const members = [...resultMembers(method)].map(([key, value]) => `"${key}":${value}`)
      yield Buffer.from(`${end.isEmpty ? '' : ','}${members.join(',')}`)
    }
    yield held
  } catch (error) {
    if (!(error instanceof LargeResultError)) throw error
    const code =
      error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
    throw refuseUpstream(code, { detail: error.message, cause: error })
  }
}

/** What a large answer is for; `bytesMax` is the server's cap for a result, in bytes. */
export type LargeAnswerTo = {
  readonly method: string
  readonly idText: string
  readonly bytesMax: number
}
