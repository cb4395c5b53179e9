import type { KeyedTarget } from '../stage/test-relay.ts'
import { MODERN_META, modernHeaders, openLegacySession, postRaw } from '../wire/raw-client.ts'

/** The eras that clients speak. */
export const ERAS = ['legacy', 'modern'] as const
type Era = (typeof ERAS)[number]

/** Asks, and gives the messages of the answer as they came, the last one being the response. */
export type Asker = (
  method: string,
  params?: Readonly<Record<string, unknown>>,
  meta?: Readonly<Record<string, unknown>>,
) => Promise<readonly string[]>

/** A client that is nothing but its bytes; a legacy one opens its session first. */
export async function openAsker(era: Era, target: KeyedTarget): Promise<Asker> {
  const headersFor = era === 'legacy' ? await openLegacySession(target) : modernHeaders
  const own = era === 'legacy' ? {} : (JSON.parse(`{${MODERN_META}}`) as Record<string, unknown>)
  return async (method, params = {}, meta = {}) => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { ...params, _meta: { ...own, ...meta } },
    }
    const name = params['name'] ?? params['uri']
    const headers = headersFor(method, typeof name === 'string' ? name : undefined)
    return (await postRaw(target, JSON.stringify(body), headers)).messages
  }
}

/** The result of an answer; what was refused throws its error's text. */
export function resultOf(messages: readonly string[]): Readonly<Record<string, unknown>> {
  const text = messages.at(-1) ?? ''
  const { result } = JSON.parse(text) as { result?: Record<string, unknown> }
  if (result === undefined) throw new Error(text)
  return result
}

/** The tools that a list shows, whole. */
export async function listTools(ask: Asker): Promise<readonly { readonly name: string }[]> {
  return resultOf(await ask('tools/list'))['tools'] as { name: string }[]
}

/** The text that a call of a tool is answered with. */
export async function callText(ask: Asker, name: string): Promise<string> {
  return JSON.stringify(resultOf(await ask('tools/call', { name, arguments: {} }))['content'])
}
