import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'

/** What a legacy client said of itself when it initialized, as each modern request repeats it. */
export type ClientWords = {
  /** JSON text of the modern capabilities. */
  readonly capabilitiesText: string
  readonly clientInfoText: string | undefined
  readonly canAnswer: Answerable
}

/** What the client can be asked (MCP 2025-11-25, client capabilities). */
export type Answerable = {
  readonly form: boolean
  readonly url: boolean
  readonly sampling: boolean
  readonly samplingTools: boolean
  readonly roots: boolean
}

/** The tasks of 2025-11-25 and the extension of 2026-07-28 are two protocols: neither side sees the other's. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** A client that called without a greeting: it can be asked nothing. */
export const SILENT_WORDS: ClientWords = readWords('{}')

/** Reads `initialize`'s params; only kinds that the modern era has are taken over (MCP 2026-07-28, ClientCapabilities). */
export function readWords(paramsText: string): ClientWords {
  const params = scanObject(paramsText)
  const declared = objectIn(paramsText, params, 'capabilities')
  const clientInfo = memberOf(params, 'clientInfo')
  const parts: string[] = []
  for (const key of ['experimental', 'sampling', 'elicitation']) {
    const object = objectIn(paramsText, declared, key)
    if (object !== undefined) parts.push(`"${key}":${textOf(paramsText, object.span)}`)
  }
  // Modern roots have no change notice: what the client says of it is its own.
  const roots = objectIn(paramsText, declared, 'roots') !== undefined
  if (roots) parts.push('"roots":{}')
  const extensions = objectIn(paramsText, declared, 'extensions')
  if (extensions !== undefined)
    parts.push(`"extensions":${withoutTasks(textOf(paramsText, extensions.span))}`)
  const elicitation = objectIn(paramsText, declared, 'elicitation')
  const url = memberOf(elicitation, 'url') !== undefined
  const sampling = objectIn(paramsText, declared, 'sampling')
  return {
    capabilitiesText: `{${parts.join(',')}}`,
    clientInfoText: clientInfo === undefined ? undefined : textOf(paramsText, clientInfo.value),
    canAnswer: {
      // An empty declaration means forms (MCP 2025-11-25, elicitation).
      form: elicitation !== undefined && (!url || memberOf(elicitation, 'form') !== undefined),
      url,
      sampling: sampling !== undefined,
      samplingTools: memberOf(sampling, 'tools') !== undefined,
      roots,
    },
  }
}

/** Extensions without tasks, all else byte for byte. */
export function withoutTasks(extensionsText: string): string {
  const object = scanObject(extensionsText)
  if (object === undefined) return extensionsText
  return splice(extensionsText, editObject(object, { remove: new Set([TASKS_EXTENSION]) }))
}

/** The object that a member holds; undefined when it is absent or something else. */
export function objectIn(
  text: string,
  object: ScannedObject | undefined,
  key: string,
): ScannedObject | undefined {
  const member = memberOf(object, key)
  return member === undefined ? undefined : scanObject(text, member.value.start)
}
