import { scanArray, scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { errorMessage, type Message } from '../../protocol/message.ts'
import { OF_ONE_HOP, withoutMeta } from '../hop-meta.ts'
import type { Answerable } from './client-words.ts'
import {
  META_SERVER_INFO,
  rpcCodeOf,
  RPC_URL_ELICITATION_REQUIRED,
  type AnswerTo,
  type ModernAnswer,
} from './modern-answer.ts'

/** A capability that the client did not declare (MCP 2026-07-28, error codes). */
const RPC_MISSING_CAPABILITY = -32021

/**
 * A legacy server's error -32042 as a modern client knows it: pages to visit first are questions by URL, and the
 * retry is a new call. Undefined for any other error.
 */
export function inputRequiredByPage(
  message: Message,
  { idText, serverInfoText }: AnswerTo,
  can: Answerable,
): ModernAnswer | undefined {
  if (rpcCodeOf(message) !== RPC_URL_ELICITATION_REQUIRED) return undefined
  const pages = pagesOf(message)
  if (pages.length === 0) return undefined
  if (!can.url) {
    const data = '{"requiredCapabilities":{"elicitation":{"url":{}}}}'
    const sentence = 'the server asks for a visit to a page, which the client cannot be asked for'
    return { text: errorMessage(idText, RPC_MISSING_CAPABILITY, sentence, data), status: 400 }
  }
  const entries = pages.map(
    (paramsText, at) => `"page-${at + 1}":{"method":"elicitation/create","params":${paramsText}}`,
  )
  const meta =
    serverInfoText === undefined ? '' : `,"_meta":{"${META_SERVER_INFO}":${serverInfoText}}`
  const result = `{"resultType":"input_required","inputRequests":{${entries.join(',')}}${meta}}`
  return { text: `{"jsonrpc":"2.0","id":${idText},"result":${result}}`, status: 200 }
}

/** The elicitations in the error's data, each as it stands there, but for what is of that hop. */
function pagesOf({ root, text }: Message): string[] {
  const at = (object: ReturnType<typeof scanObject>, key: string): number | undefined =>
    memberOf(object, key)?.value.start
  const inner = (from: number | undefined): ReturnType<typeof scanObject> =>
    from === undefined ? undefined : scanObject(text, from)
  const list = at(inner(at(inner(at(root, 'error')), 'data')), 'elicitations')
  const elements = list === undefined ? [] : (scanArray(text, list)?.elements ?? [])
  return elements
    .filter(({ start }) => scanObject(text, start) !== undefined)
    .map((span) => withoutMeta(textOf(text, span), OF_ONE_HOP))
}
