import { META_PRICE } from '@mcp-orchestra/api/mcp-meta'
import { scanObject } from '../../../protocol/json/scan.ts'
import { memberOf } from '../../../protocol/json/span.ts'
import type { SnapshotReplica } from '../../../snapshot/replica.ts'
import type { ClientEra } from '../../endpoint.ts'
import type { MergedEntry } from '../lists/merge.ts'
import { pricedTool } from '../lists/merged-result.ts'
import { MODERN_META } from '../welcome.ts'
import { textIn } from './tool-index.ts'

/** What of a tool is shown in search results, in characters; describe_tool has the whole. */
const TITLE_CHARS_MAX = 100
const DESCRIPTION_CHARS_MAX = 300

/** A result of a meta-tool: JSON text as structured content, and the same as text for clients that read only that. */
export function toolResult(era: ClientEra, structuredText: string): string {
  const content = JSON.stringify([{ type: 'text', text: structuredText }])
  return resultText(era, `"content":${content},"structuredContent":${structuredText}`)
}

/** A result that tells a model what it did wrong (MCP: input errors are tool errors). */
export function toolError(era: ClientEra, sentence: string): string {
  const content = JSON.stringify([{ type: 'text', text: sentence }])
  return resultText(era, `"content":${content},"isError":true`)
}

function resultText(era: ClientEra, members: string): string {
  return era === 'legacy'
    ? `{${members}}`
    : `{${members},"resultType":"complete","_meta":${JSON.stringify(MODERN_META)}}`
}

/** What a search shows of each tool. */
export function searchText(
  found: readonly MergedEntry[],
  matching: number,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  const tools = found.map((tool) => {
    const title = cut(textIn(tool.text, 'title'), TITLE_CHARS_MAX)
    const description = cut(textIn(tool.text, 'description'), DESCRIPTION_CHARS_MAX)
    return {
      name: tool.shown,
      ...(title === '' ? {} : { title }),
      ...(description === '' ? {} : { description }),
      server: tool.server.alias,
      ...priceOf(tool, snapshot),
    }
  })
  return JSON.stringify({ tools, matching })
}

/** A tool's definition with its price, verbatim. */
export function describeText(
  tool: MergedEntry,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  return `{"tool":${pricedTool(tool, snapshot)}}`
}

/** The price as lists show it, here beside the name; free tools have none. */
function priceOf(
  tool: MergedEntry,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): { readonly price?: unknown } {
  const text = pricedTool(tool, snapshot)
  if (text === tool.text) return {}
  const meta = memberOf(scanObject(text), '_meta')
  const price =
    meta === undefined ? undefined : memberOf(scanObject(text, meta.value.start), META_PRICE)
  return price === undefined
    ? {}
    : { price: JSON.parse(text.slice(price.value.start, price.value.end)) as unknown }
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).toWellFormed()}…`
}
