import type { CancelSignal } from '../cancel.ts'
import { scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { LEGACY_NEWEST } from '../protocol/revisions.ts'
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

/** Initializes a link in a client's (or our own) words: `initialize`, then `notifications/initialized`. */
export async function introduce(
  link: UpstreamLink,
  paramsText: string,
  id: number,
  signal: CancelSignal,
): Promise<Introduction> {
  const options = { headers: {}, signal, heldBytesMax: HELD_LIST_BYTES_MAX }
  const response = await link.send(requestText(id, 'initialize', paramsText), {
    ...options,
    id,
    method: 'initialize',
  })
  const answer = await readAnswer(response, id, () => undefined)
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
