import type { CancelSignal } from '../cancel.ts'
import { scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { editObject, splice } from '../protocol/json/splice.ts'
import { revisionInstead } from '../protocol/revision-refusal.ts'
import { LEGACY_NEWEST } from '../protocol/revisions.ts'
import type { Answer } from './ask.ts'
import { notificationText, OWN_INFO, requestText } from './own-request.ts'
import { refuseUpstream } from './problems.ts'
import { readAnswer } from './read-answer.ts'
import { HELD_LIST_BYTES_MAX, type UpstreamLink } from './upstream.ts'

/** A server that was greeted: its `initialize` result, and the revision that it chose. */
export type Introduction = { readonly resultText: string; readonly revision: string | undefined }

/** `initialize`'s params when the gateway speaks for itself, or for a client that said nothing: no capabilities. */
export const OWN_GREETING: string = JSON.stringify({
  protocolVersion: LEGACY_NEWEST.revision,
  capabilities: {},
  clientInfo: OWN_INFO,
})

/**
 * Initializes a link in a client's (or our own) words: `initialize`, then `notifications/initialized`. A server that
 * refuses the revision and names others is asked once more, for the best of them.
 */
export async function introduce(
  link: UpstreamLink,
  paramsText: string,
  id: number,
  signal: CancelSignal,
): Promise<Introduction> {
  const options = { headers: {}, signal, heldBytesMax: HELD_LIST_BYTES_MAX }
  const greet = async (params: string): Promise<Answer> => {
    const sending = { ...options, id, method: 'initialize' }
    const response = await link.send(requestText(id, 'initialize', params), sending)
    return await readAnswer(response, id, () => undefined)
  }
  const first = await greet(paramsText)
  const params = scanObject(paramsText)
  const asked = stringAt(paramsText, memberOf(params, 'protocolVersion')?.value)
  const instead = first.kind === 'error' ? revisionInstead(first.text, asked) : undefined
  const answer =
    instead === undefined || params === undefined
      ? first
      : await greet(splice(paramsText, editObject(params, { set: versionOf(instead) })))
  if (answer.kind === 'error') {
    throw refuseUpstream('upstream.failed', {
      detail: `it refused to initialize: ${answer.text.slice(0, 400)}`,
    })
  }
  const revision = stringAt(
    answer.text,
    memberOf(scanObject(answer.text), 'protocolVersion')?.value,
  )
  const headers: Record<string, string> =
    revision === undefined ? {} : { 'mcp-protocol-version': revision }
  const method = 'notifications/initialized'
  await link.send(notificationText(method), { ...options, headers, id: undefined, method })
  return { resultText: answer.text, revision }
}

function versionOf(revision: string): ReadonlyMap<string, string> {
  return new Map([['protocolVersion', JSON.stringify(revision)]])
}
