import type { Price, Tool } from '@mcp-orchestra/sdk'
import type { ToolPrice } from '../../../queries/prices.ts'

/** One line of the tools of a server; a tool that is priced but no longer listed has no document. */
export type ToolRow = {
  readonly name: string
  readonly tool: Tool | undefined
  /** Undefined until prices are known: what is not known must not read as free. */
  readonly price: ToolPrice | undefined
}

/** A line whose price is known. */
export type PricedToolRow = ToolRow & { readonly price: ToolPrice }

/** In the place of a name: every tool without a price of its own. */
const EVERY_TOOL = '*'

const FREE: ToolPrice = { now: undefined, next: undefined }

/** The tools that are listed, by name, then those that have a price and are listed no more; `prices` until they are known: undefined. */
export function toolRows(
  tools: readonly Tool[],
  prices: ReadonlyMap<string, ToolPrice> | undefined,
): ToolRow[] {
  const listed = tools.map((tool) => ({
    name: tool.name,
    tool,
    price: prices === undefined ? undefined : priceOf(tool.name, prices),
  }))
  const names = new Set(tools.map(({ name }) => name))
  const gone = [...(prices ?? [])]
    .filter(([name]) => !names.has(name) && name !== EVERY_TOOL)
    .map(([name, price]) => ({ name, tool: undefined, price }))
  return [...listed, ...gone]
}

/** The tool's own versions, else the server's default. */
function priceOf(name: string, prices: ReadonlyMap<string, ToolPrice>): ToolPrice {
  const own = prices.get(name) ?? FREE
  const fallback = prices.get(EVERY_TOOL) ?? FREE
  return { now: own.now ?? fallback.now, next: own.next ?? fallback.next }
}

/** Whether a line's price is known. */
export function isPriced(row: ToolRow | undefined): row is PricedToolRow {
  return row?.price !== undefined
}

/** The lines whose name, title or description has every word of a text. */
export function findTools(rows: readonly ToolRow[], text: string): ToolRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(({ name, tool }) => {
    const searched = [name, tool?.title, tool?.description].join('\n').toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}

/** The most that a call costs by a version, in atomic units; without one it is free. */
export function amountOf(price: Price | undefined): bigint {
  return BigInt((price?.metered?.maximum ?? price?.price)?.amount ?? '0')
}
