import { hash } from 'node:crypto'
import { depthAt, JSON_DEPTH_MAX, scanArray, scanObject, stringAt } from './json/scan.ts'
import { memberOf, textOf, type ScannedObject, type Span } from './json/span.ts'
import { splice, type Edit } from './json/splice.ts'

/** Lists whose members stand alone: what is wrong with one says nothing about the others. */
const LISTS = new Set(['tools', 'prompts', 'resources', 'resourceTemplates', 'skills'])
/** Levels around a member of a list: the message, its result and the list. */
const LEVELS_AROUND = 3

/**
 * In `_meta` of what stands for a tool that nested too deep to be read: the SHA-256 of its definition, so that a
 * changed one is seen to have changed. It stays inside of the gateway: no list shows such a tool.
 */
export const META_TOO_DEEP = 'io.mcp-orchestra/too-deep'

/**
 * A server's message without the members of its list that would nest it deeper than {@link JSON_DEPTH_MAX}; a tool
 * that has a name leaves a stand-in, to be reported as quarantined. The text is JSON, of any depth: nothing recurses.
 */
export function withoutDeepMembers(text: string): string {
  const result = memberOf(scanObject(text), 'result')
  const lists = result === undefined ? undefined : scanObject(text, result.value.start)
  const edits = (lists?.members ?? []).flatMap(({ key, value }) =>
    LISTS.has(key) ? shallow(text, key, value) : [],
  )
  return splice(text, edits)
}

function shallow(text: string, list: string, { start }: Span): Edit[] {
  const array = scanArray(text, start)
  if (array === undefined) return []
  const members = array.elements.flatMap((span) => {
    if (depthAt(text, span) <= JSON_DEPTH_MAX - LEVELS_AROUND) return [textOf(text, span)]
    const standIn = list === 'tools' ? standInFor(text, span) : undefined
    return standIn === undefined ? [] : [standIn]
  })
  return [{ ...array.span, text: `[${members.join(',')}]` }]
}

function standInFor(text: string, span: Span): string | undefined {
  const name = memberOf(scanObject(text, span.start), 'name')?.value
  if (stringAt(text, name) === undefined || name === undefined) return undefined
  const digest = hash('sha256', textOf(text, span), 'hex')
  return `{"name":${textOf(text, name)},"_meta":{"${META_TOO_DEEP}":"${digest}"}}`
}

/** Whether a tool of a list is only the stand-in for one that nested too deep. */
export function isStandIn(text: string, tool: ScannedObject): boolean {
  const meta = memberOf(tool, '_meta')
  const scanned = meta === undefined ? undefined : scanObject(text, meta.value.start)
  return memberOf(scanned, META_TOO_DEEP) !== undefined
}
