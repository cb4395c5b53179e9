import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { readParamHeaders, type ParamHeader } from '../../protocol/rev-2026-07-28/param-headers.ts'
import { isLegacySchema, wrapSchema } from './output-schema.ts'

/** What of a tool's definition decides how it is called and what its results look like. */
export type ToolFacts = {
  /** The arguments that are mirrored into headers. */
  readonly headers: readonly ParamHeader[]
  /** Whether its structured content is not an object, so that legacy clients get it in one. */
  readonly isWrapped: boolean
}

/** What is true of most tools, and assumed of one that is in no list. */
export const PLAIN_TOOL: ToolFacts = { headers: [], isWrapped: false }

/** A tool of a list as legacy clients see it; undefined when its annotations forbid to show it (MCP 2026-07-28, custom headers). */
export type ReadTool = { readonly facts: ToolFacts; readonly text: string }

/** Reads one tool's JSON text. `isHttp` says whether its arguments may have to be mirrored. */
export function readTool(toolText: string, isHttp: boolean): ReadTool | undefined {
  const tool = scanObject(toolText)
  if (tool === undefined) return { facts: PLAIN_TOOL, text: toolText }
  const input = memberOf(tool, 'inputSchema')
  const mirrored =
    input === undefined || !isHttp ? undefined : readParamHeaders(textOf(toolText, input.value))
  if (mirrored?.kind === 'invalid') return undefined
  const output = memberOf(tool, 'outputSchema')
  const schemaText = output === undefined ? undefined : textOf(toolText, output.value)
  const isWrapped = schemaText !== undefined && !isLegacySchema(schemaText)
  const headers = mirrored?.headers ?? []
  const facts = headers.length === 0 && !isWrapped ? PLAIN_TOOL : { headers, isWrapped }
  if (schemaText === undefined || !isWrapped) return { facts, text: toolText }
  const set = new Map([['outputSchema', wrapSchema(schemaText)]])
  return { facts, text: splice(toolText, editObject(tool, { set })) }
}
