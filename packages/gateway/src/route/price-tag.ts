import { META_PRICE } from '@mcp-orchestra/api/mcp-meta'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { editObject, splice } from '../protocol/json/splice.ts'

/** A tool's definition with its price in `_meta` (architecture §10): the only thing that we add to a list. */
export function tagPrice(toolText: string, price: PriceEntity): string {
  const tool = scanObject(toolText)
  if (tool === undefined) return toolText
  const tag = JSON.stringify(priceTag(price))
  const meta = memberOf(tool, '_meta')
  const object = meta === undefined ? undefined : scanObject(toolText, meta.value.start)
  if (object !== undefined)
    return splice(toolText, editObject(object, { set: new Map([[META_PRICE, tag]]) }))
  return splice(
    toolText,
    editObject(tool, { set: new Map([['_meta', `{${JSON.stringify(META_PRICE)}:${tag}}`]]) }),
  )
}

/** What a list says of a price. `amount` is always the most that one call may cost: who reads no more is never charged more. */
function priceTag({ amount, asset, version, metered }: PriceEntity) {
  if (metered === undefined) return { amount, asset, per: 'call', version }
  const { components, maximum, tokenizer } = metered
  return {
    amount: maximum,
    asset,
    per: 'call',
    version,
    metered: { perCall: amount, components, ...(tokenizer === undefined ? {} : { tokenizer }) },
  }
}

/** A tool's definition without a price that its server wrote itself: only the gateway names prices. */
export function untagPrice(toolText: string): string {
  if (!toolText.includes(META_PRICE) && !toolText.includes('\\')) return toolText
  const meta = memberOf(scanObject(toolText), '_meta')
  const object = meta === undefined ? undefined : scanObject(toolText, meta.value.start)
  return object === undefined
    ? toolText
    : splice(toolText, editObject(object, { remove: new Set([META_PRICE]) }))
}
