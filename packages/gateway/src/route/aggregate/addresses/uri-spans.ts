import { scanArray, scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, type ScannedObject, type Span } from '../../../protocol/json/span.ts'
import type { Edit } from '../../../protocol/json/splice.ts'

/** A URI in a text, and where its JSON string stands. */
export type UriSpan = { readonly uri: string; readonly span: Span }

/** The URI that a member of an object is. */
export function uriIn(text: string, object: ScannedObject | undefined, key = 'uri'): UriSpan[] {
  const member = memberOf(object, key)
  const uri = stringAt(text, member?.value)
  return uri === undefined || member === undefined ? [] : [{ uri, span: member.value }]
}

/** The URIs of a skill's entry: its own, and its files' (SEP-2640). */
export function urisOfSkill(text: string, from = 0): UriSpan[] {
  const skill = scanObject(text, from)
  return [...uriIn(text, skill), ...eachIn(text, skill, 'resources', uriOf)]
}

/**
 * The URIs by which a result names resources of its server: contents, links and embedded resources (MCP,
 * `resource_link`), the user interface (MCP Apps), skills and directories. What is opaque to MCP, such as
 * `structuredContent`, is not looked into.
 */
export function urisInResult(method: string, text: string): UriSpan[] {
  // Most results name none: nothing is scanned for them.
  if (!text.includes('"uri"') && !text.includes('resourceUri') && !text.includes('\\')) return []
  const result = scanObject(text)
  switch (method) {
    case 'tools/call':
      return toolUris(text, result)
    case 'tasks/get': {
      const done = memberOf(result, 'result')
      return done === undefined ? [] : toolUris(text, scanObject(text, done.value.start))
    }
    case 'prompts/get':
      return eachIn(text, result, 'messages', messageUris)
    case 'resources/read':
      return eachIn(text, result, 'contents', uriOf)
    case 'resources/directory/read':
      return eachIn(text, result, 'resources', uriOf)
    case 'skills/get': {
      const skill = memberOf(result, 'skill')
      return skill === undefined ? [] : urisOfSkill(text, skill.value.start)
    }
    default:
      return []
  }
}

/** The edits that put other URIs in place; nothing else changes. */
export function uriEdits(spans: readonly UriSpan[], shown: (uri: string) => string): Edit[] {
  return spans.flatMap(({ uri, span }) => {
    const other = shown(uri)
    return other === uri ? [] : [{ ...span, text: JSON.stringify(other) }]
  })
}

function toolUris(text: string, result: ScannedObject | undefined): UriSpan[] {
  return [...eachIn(text, result, 'content', contentUris), ...uiUris(text, result)]
}

type FindUris = (text: string, span: Span) => UriSpan[]

function eachIn(
  text: string,
  object: ScannedObject | undefined,
  key: string,
  find: FindUris,
): UriSpan[] {
  const member = memberOf(object, key)
  const array = member === undefined ? undefined : scanArray(text, member.value.start)
  return (array?.elements ?? []).flatMap((span) => find(text, span))
}

function uriOf(text: string, span: Span): UriSpan[] {
  return uriIn(text, scanObject(text, span.start))
}

/** `resource_link` has the URI itself, an embedded `resource` has it inside. */
function contentUris(text: string, span: Span): UriSpan[] {
  const content = scanObject(text, span.start)
  const type = stringAt(text, memberOf(content, 'type')?.value)
  if (type === 'resource_link') return uriIn(text, content)
  const resource = type === 'resource' ? memberOf(content, 'resource') : undefined
  return resource === undefined ? [] : uriOf(text, resource.value)
}

/** A prompt's message has one content, or a list of them. */
function messageUris(text: string, span: Span): UriSpan[] {
  const message = scanObject(text, span.start)
  const content = memberOf(message, 'content')
  if (content === undefined) return []
  const one = scanObject(text, content.value.start)
  return one === undefined
    ? eachIn(text, message, 'content', contentUris)
    : contentUris(text, content.value)
}

function uiUris(text: string, result: ScannedObject | undefined): UriSpan[] {
  const member = memberOf(result, '_meta')
  const meta = member === undefined ? undefined : scanObject(text, member.value.start)
  const ui = memberOf(meta, 'ui')
  const uiObject = ui === undefined ? undefined : scanObject(text, ui.value.start)
  return [...uriIn(text, uiObject, 'resourceUri'), ...uriIn(text, meta, 'ui/resourceUri')]
}
