import { scanArray, scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { rev20251125 } from '../../protocol/rev-2025-11-25/codec.ts'
import { remembered } from '../../remembered.ts'
import { relayableExtensions } from './extensions.ts'
import { TASKS_EXTENSION } from './tasks/task-words.ts'

/** What a client said that it can be asked, by which a server's requests are let through (MCP 2025-11-25, client capabilities). */
export type Answerable = {
  readonly form: boolean
  readonly url: boolean
  readonly sampling: boolean
  readonly samplingTools: boolean
  readonly roots: boolean
}

/** A modern client's words about itself, as a legacy server is told them. */
export type ClientWords = {
  /** The JSON text of `initialize`'s params: the same words, the same text. */
  readonly paramsText: string
  readonly can: Answerable
  /** Whether a server may ask it anything. */
  readonly declaresReverse: boolean
  /** Whether its calls may be answered by a task (SEP-2663). */
  readonly declaresTasks: boolean
}

/** How a client that did not name itself is introduced. */
const UNNAMED = '{"name":"mcp-orchestra","version":"0.1.0"}'

/** Introduces a client by the JSON texts of the envelope's capabilities and client info. */
export function clientWords(capabilitiesText: string, clientInfoText?: string): ClientWords {
  return wordsOf(`[${capabilitiesText},${clientInfoText ?? UNNAMED}]`)
}

// A client says the same in every request: it is read once.
const wordsOf = remembered((pairText): ClientWords => {
  const [first, second] = scanArray(pairText)?.elements ?? []
  const capabilities = first === undefined ? undefined : scanObject(pairText, first.start)
  const can = answerableOf(pairText, capabilities)
  const members: string[] = []
  for (const key of ['sampling', 'elicitation', 'experimental']) {
    const member = memberOf(capabilities, key)
    if (member !== undefined) members.push(`"${key}":${textOf(pairText, member.value)}`)
  }
  // Changes of roots cannot be told in the modern era: no `listChanged`.
  if (can.roots) members.push('"roots":{}')
  const extensions = relayableExtensions(pairText, capabilities)
  if (extensions !== undefined) members.push(`"extensions":${extensions}`)
  const infoText = second === undefined ? UNNAMED : textOf(pairText, second)
  return {
    paramsText: `{"protocolVersion":"${rev20251125.revision}","capabilities":{${members.join(',')}},"clientInfo":${infoText}}`,
    can,
    declaresReverse: can.form || can.url || can.sampling || can.roots,
    declaresTasks: declaresTasks(pairText, capabilities),
  }
})

function declaresTasks(text: string, capabilities: ScannedObject | undefined): boolean {
  const member = memberOf(capabilities, 'extensions')
  const extensions = member && scanObject(text, member.value.start)
  return memberOf(extensions, TASKS_EXTENSION) !== undefined
}

function answerableOf(text: string, capabilities: ScannedObject | undefined): Answerable {
  const inner = (key: string): ScannedObject | undefined => {
    const member = memberOf(capabilities, key)
    return member === undefined ? undefined : scanObject(text, member.value.start)
  }
  const elicitation = inner('elicitation')
  const url = memberOf(elicitation, 'url') !== undefined
  const sampling = inner('sampling')
  return {
    // An empty object means forms (MCP 2025-11-25, elicitation capabilities).
    form: elicitation !== undefined && (memberOf(elicitation, 'form') !== undefined || !url),
    url,
    sampling: sampling !== undefined,
    samplingTools: memberOf(sampling, 'tools') !== undefined,
    roots: inner('roots') !== undefined,
  }
}
