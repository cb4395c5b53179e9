import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import { isFreePrice } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { observeTool } from '../../health/observed-tool.ts'
import { isStandIn } from '../../protocol/deep-members.ts'
import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject, type Span } from '../../protocol/json/span.ts'
import { splice, type Edit } from '../../protocol/json/splice.ts'
import { metaEdits } from '../../protocol/rewrite.ts'
import { tagPrice } from '../../route/price-tag.ts'

/** What decides how a list of tools is shown to a caller. */
export type ToolView = {
  /** Tools that this caller may not call are not shown. */
  readonly mayCall: (tool: string) => boolean
  /** The price in force; undefined when prices are not announced or the tool is free. */
  readonly priceOf: (tool: string) => PriceEntity | undefined
}

/** One tool of a list: where it stands and what it is called. */
export type ListedTool = { readonly object: ScannedObject; readonly name: string }

/** The tools of a `tools/list` result whose object starts at a position of the text; items without a name are not ours to judge. */
export function listedTools(
  text: string,
  result: ScannedObject,
): { span: Span; items: (ListedTool | Span)[] } | undefined {
  const member = memberOf(result, 'tools')
  const array = member === undefined ? undefined : scanArray(text, member.value.start)
  if (array === undefined) return undefined
  const items = array.elements.map((span) => {
    const object = scanObject(text, span.start)
    const name = stringAt(text, memberOf(object, 'name')?.value)
    return object === undefined || name === undefined ? span : { object, name }
  })
  return { span: array.span, items }
}

/** The edits that hide what may not be called or could not be read, and put prices on what is sold; nothing else changes (architecture §10). */
export function toolListEdits(text: string, result: ScannedObject, view: ToolView): Edit[] {
  const list = listedTools(text, result)
  if (list === undefined) return []
  const isShown = (item: ListedTool | Span): boolean =>
    !('name' in item) || (view.mayCall(item.name) && !isStandIn(text, item.object))
  if (list.items.every(isShown)) {
    return list.items.flatMap((item) => ('name' in item ? priceEdits(text, item, view) : []))
  }
  const shown = list.items.filter(isShown).map((item) => {
    const span = 'name' in item ? item.object.span : item
    const edits = 'name' in item ? priceEdits(text, item, view) : []
    return splice(
      textOf(text, span),
      edits.map((edit) => shift(edit, span.start)),
    )
  })
  return [{ ...list.span, text: `[${shown.join(',')}]` }]
}

/** The tools of a list as health reports tell of them. */
export function observedTools(text: string, result: ScannedObject): ObservedTool[] {
  return (listedTools(text, result)?.items ?? []).flatMap((item) =>
    'name' in item ? (observeTool(textOf(text, item.object.span)) ?? []) : [],
  )
}

/** A tag that a server wrote itself is taken out: only the gateway names prices. */
function priceEdits(text: string, { object, name }: ListedTool, view: ToolView): Edit[] {
  const price = view.priceOf(name)
  if (price !== undefined && !isFreePrice(price)) {
    return [{ ...object.span, text: tagPrice(textOf(text, object.span), price) }]
  }
  const meta = memberOf(object, '_meta')
  const scanned = meta === undefined ? undefined : scanObject(text, meta.value.start)
  return scanned === undefined ? [] : metaEdits(object, scanned, new Map())
}

function shift(edit: Edit, by: number): Edit {
  return { start: edit.start - by, end: edit.end - by, text: edit.text }
}
