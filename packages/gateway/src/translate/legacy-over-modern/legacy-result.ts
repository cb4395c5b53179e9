import type { EditMember } from '../../protocol/json/large-result.ts'
import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import type { Message } from '../../protocol/message.ts'
import { isCacheable } from '../../protocol/rev-2026-07-28/cacheable.ts'
import { wrapContent } from './output-schema.ts'
import { readTool, type ReadTool } from './tool-facts.ts'
import { META_SERVER_INFO, resultEdits } from './welcome.ts'

const MODERN = new Set(['resultType'])
const CACHED = new Set([...MODERN, 'ttlMs', 'cacheScope'])

/** How a result is translated. */
export type ResultView = {
  readonly method: string
  /** The id that the client's side knows. */
  readonly id: number
  /** Whether the tool's structured content is shown inside of an object. */
  readonly isWrapped: boolean
  /** Whether the server is reached over HTTP: tools whose mirrored arguments are invalid are then left out. */
  readonly isHttp: boolean
  /** Told of each tool of a list. */
  readonly onTool: (name: string, tool: ReadTool | undefined) => void
}

/** A modern result as a legacy one: what the modern era added goes, structured content is an object, all else stays byte for byte. */
export function legacyResult(message: Message, view: ResultView): string {
  const { text, root, result, meta } = message
  const edits = idEdits(root, view.id)
  if (result === undefined) return splice(text, edits)
  const set = new Map<string, string>()
  const content = view.method === 'tools/call' ? contentText(text, result) : undefined
  if (content !== undefined && (view.isWrapped || !content.startsWith('{')))
    set.set('structuredContent', wrapContent(content))
  edits.push(...resultEdits(result, meta, isCacheable(view.method) ? CACHED : MODERN, set))
  if (view.method === 'tools/list') edits.push(...toolEdits(text, result, view))
  return splice(text, edits)
}

/** The same for a result that passes in parts: what the modern era added goes; structured content stays as it is. */
export function legacyEdits(method: string): ReadonlyMap<string, EditMember> {
  const edits = new Map<string, EditMember>([['_meta', withoutName]])
  for (const key of isCacheable(method) ? CACHED : MODERN) edits.set(key, () => undefined)
  return edits
}

function withoutName(metaText: string): string | undefined {
  const meta = scanObject(metaText)
  if (meta === undefined || memberOf(meta, META_SERVER_INFO) === undefined) return metaText
  if (meta.members.length === 1) return undefined
  return splice(metaText, editObject(meta, { remove: new Set([META_SERVER_INFO]) }))
}

/** Whether a result has structured content that may have to be wrapped: then the tool's schema decides. */
export function hasObjectContent({ text, result }: Message): boolean {
  return result !== undefined && contentText(text, result)?.startsWith('{') === true
}

/** The edits that give a response the id that the client's side knows, also where the server could not read its own. */
export function idEdits(root: ScannedObject, id: number): Edit[] {
  return editObject(root, { set: new Map([['id', String(id)]]) })
}

function contentText(text: string, result: ScannedObject): string | undefined {
  const member = memberOf(result, 'structuredContent')
  return member === undefined ? undefined : textOf(text, member.value)
}

function toolEdits(text: string, result: ScannedObject, view: ResultView): Edit[] {
  const member = memberOf(result, 'tools')
  const list = member === undefined ? undefined : scanArray(text, member.value.start)
  if (list === undefined) return []
  const tools = list.elements.map((span) => {
    const own = textOf(text, span)
    const name = stringAt(own, memberOf(scanObject(own), 'name')?.value)
    const tool = readTool(own, view.isHttp)
    if (name !== undefined) view.onTool(name, tool)
    return { span, own, tool }
  })
  if (tools.every(({ tool }) => tool !== undefined)) {
    return tools.flatMap(({ span, own, tool }) =>
      tool === undefined || tool.text === own ? [] : [{ ...span, text: tool.text }],
    )
  }
  const shown = tools.flatMap(({ tool }) => tool?.text ?? [])
  return [{ ...list.span, text: `[${shown.join(',')}]` }]
}
