import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type Member, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import {
  META_CAPABILITIES,
  META_CLIENT_INFO,
  META_VERSION,
} from '../../protocol/rev-2026-07-28/codec.ts'

const META_LOG_LEVEL = 'io.modelcontextprotocol/logLevel'

/** The members of the per-request envelope: a legacy session says them once, at its start. */
const ENVELOPE: ReadonlySet<string> = new Set([
  META_VERSION,
  META_CAPABILITIES,
  META_CLIENT_INFO,
  META_LOG_LEVEL,
])
/** What answers a server's questions in a retry, and what would be a wish for a task in the legacy era (there the client decides, here the server does). */
const NOT_SENT: ReadonlySet<string> = new Set(['inputResponses', 'requestState', 'task'])

/** A modern request, taken apart: what a legacy session is opened with, and what is left to be sent over it. */
export type ModernWords = {
  readonly capabilitiesText: string
  readonly clientInfoText: string | undefined
  /** Whatever stands there: undefined when absent, null when it is no string. */
  readonly logLevel: string | null | undefined
  /** Undefined when absent, null when it is no string. */
  readonly requestState: string | null | undefined
  /** Raw answers by question; undefined when absent, null when they are none. */
  readonly inputResponses: ReadonlyMap<string, string> | null | undefined
  /** `params.name` or `params.uri`. */
  readonly target: string | undefined
  /** `params.taskId`. */
  readonly taskId: string | undefined
  /** Raw `params.arguments`. */
  readonly argumentsText: string | undefined
  /** The request as a legacy server takes it: the same bytes without the envelope and the answers. */
  readonly legacyText: string
}

/** Takes a modern request apart; its text is a checked JSON-RPC message. */
export function readModernWords(text: string): ModernWords {
  const root = scanObject(text)
  const paramsMember = memberOf(root, 'params')
  const params = objectOf(text, paramsMember)
  const metaMember = memberOf(params, '_meta')
  const meta = objectOf(text, metaMember)
  const rawOf = (object: ScannedObject | undefined, key: string): string | undefined => {
    const member = memberOf(object, key)
    return member === undefined ? undefined : textOf(text, member.value)
  }
  return {
    capabilitiesText: rawOf(meta, META_CAPABILITIES) ?? '{}',
    clientInfoText: rawOf(meta, META_CLIENT_INFO),
    logLevel: stringOrNull(text, memberOf(meta, META_LOG_LEVEL)),
    requestState: stringOrNull(text, memberOf(params, 'requestState')),
    inputResponses: answersOf(text, memberOf(params, 'inputResponses')),
    target: stringAt(text, (memberOf(params, 'name') ?? memberOf(params, 'uri'))?.value),
    taskId: stringAt(text, memberOf(params, 'taskId')?.value),
    argumentsText: rawOf(params, 'arguments'),
    legacyText: splice(text, withoutEnvelope(params, meta)),
  }
}

function withoutEnvelope(
  params: ScannedObject | undefined,
  meta: ScannedObject | undefined,
): Edit[] {
  if (params === undefined) return []
  // An envelope and nothing else leaves no empty `_meta` behind.
  const isEmptied = meta?.members.every(({ key }) => ENVELOPE.has(key)) === true
  if (isEmptied) return editObject(params, { remove: new Set([...NOT_SENT, '_meta']) })
  return [
    ...editObject(params, { remove: NOT_SENT }),
    ...(meta === undefined ? [] : editObject(meta, { remove: ENVELOPE })),
  ]
}

function answersOf(
  text: string,
  member: Member | undefined,
): ReadonlyMap<string, string> | null | undefined {
  if (member === undefined) return undefined
  const object = scanObject(text, member.value.start)
  if (object === undefined) return null
  return new Map(object.members.map(({ key, value }) => [key, textOf(text, value)]))
}

function stringOrNull(text: string, member: Member | undefined): string | null | undefined {
  return member === undefined ? undefined : (stringAt(text, member.value) ?? null)
}

function objectOf(text: string, member: Member | undefined): ScannedObject | undefined {
  return member === undefined ? undefined : scanObject(text, member.value.start)
}
