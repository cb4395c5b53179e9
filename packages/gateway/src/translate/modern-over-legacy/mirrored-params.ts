import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import type { HeaderBag } from '../../protocol/codec.ts'
import { JsonError } from '../../protocol/json/scan.ts'
import {
  paramMismatch,
  readParamHeaders,
  type ParamHeader,
} from '../../protocol/rev-2026-07-28/param-headers.ts'

/** Tools with mirrored arguments that are remembered, of all servers: few tools have any. */
const TOOLS_MAX = 10_000

/** Which arguments of which tools are mirrored into headers: learned from the lists that pass (MCP 2026-07-28, request metadata). */
export class MirroredParams {
  readonly #byTool = new Map<string, readonly ParamHeader[]>()
  /** Servers, as they are set up now, whose lists were seen. */
  readonly #listed = new WeakSet<ServerEntity>()

  /** Whether a list of this server was seen. */
  knows(server: ServerEntity): boolean {
    return this.#listed.has(server)
  }

  /** Learns from a `tools/list` result, which is JSON text: of one page, or of one of several callers. */
  learn(server: ServerEntity, resultText: string): void {
    this.#listed.add(server)
    // Most lists have none, and a keyword can hide behind an escape alone.
    if (!resultText.includes('x-mcp-header') && !resultText.includes('\\u')) return
    try {
      for (const [tool, schemaText] of schemasOf(resultText)) this.#note(server, tool, schemaText)
    } catch (error) {
      // A list that cannot be read is refused where it is delivered.
      if (!(error instanceof JsonError)) throw error
    }
  }

  /** Why the headers of a call do not mirror its arguments; undefined when they do. */
  faultOf(
    server: ServerEntity,
    tool: string,
    call: { readonly argumentsText: string | undefined; readonly headers: HeaderBag },
  ): string | undefined {
    const headers = this.#byTool.get(keyOf(server, tool))
    return headers === undefined
      ? undefined
      : paramMismatch(headers, call.argumentsText, call.headers)
  }

  #note(server: ServerEntity, tool: string, schemaText: string): void {
    const key = keyOf(server, tool)
    this.#byTool.delete(key)
    const read = readParamHeaders(schemaText)
    if (read.kind === 'invalid' || read.headers.length === 0) return
    const [oldest] = this.#byTool.keys()
    if (this.#byTool.size >= TOOLS_MAX && oldest !== undefined) this.#byTool.delete(oldest)
    this.#byTool.set(key, read.headers)
  }
}

function keyOf(server: ServerEntity, tool: string): string {
  return `${server.id} ${tool}`
}

function* schemasOf(resultText: string): Generator<readonly [string, string]> {
  const tools = memberOf(scanObject(resultText), 'tools')
  const list = tools === undefined ? undefined : scanArray(resultText, tools.value.start)
  for (const { start } of list?.elements ?? []) {
    const tool = scanObject(resultText, start)
    const name = stringAt(resultText, memberOf(tool, 'name')?.value)
    const schema = memberOf(tool, 'inputSchema')
    if (name !== undefined && schema !== undefined) yield [name, textOf(resultText, schema.value)]
  }
}
