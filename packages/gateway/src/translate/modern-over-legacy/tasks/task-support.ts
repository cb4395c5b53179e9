import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { JsonError, scanArray, scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf } from '../../../protocol/json/span.ts'

/** Tools that are remembered, of all servers that run tasks: as many as fit some MB. */
const TOOLS_MAX = 10_000

/** Which tools of legacy servers have to be called as tasks: learned from the lists that pass (MCP 2025-11-25, tasks: tool-level negotiation). */
export class TaskSupport {
  readonly #isRequired = new Map<string, boolean>()

  /** Whether a tool has to be called as a task; undefined for one that no list has named yet. */
  isRequired(server: ServerEntity, tool: string): boolean | undefined {
    return this.#isRequired.get(keyOf(server, tool))
  }

  /** Learns from a `tools/list` result, which is JSON text. */
  learn(server: ServerEntity, resultText: string): void {
    try {
      const tools = memberOf(scanObject(resultText), 'tools')
      const list = tools === undefined ? undefined : scanArray(resultText, tools.value.start)
      for (const { start } of list?.elements ?? []) {
        const tool = scanObject(resultText, start)
        const name = stringAt(resultText, memberOf(tool, 'name')?.value)
        const member = memberOf(tool, 'execution')
        const execution = member && scanObject(resultText, member.value.start)
        const support = stringAt(resultText, memberOf(execution, 'taskSupport')?.value)
        if (name !== undefined) this.note(server, name, support === 'required')
      }
    } catch (error) {
      // A list that cannot be read is refused where it is delivered.
      if (!(error instanceof JsonError)) throw error
    }
  }

  note(server: ServerEntity, tool: string, isRequired: boolean): void {
    const key = keyOf(server, tool)
    this.#isRequired.delete(key)
    const [oldest] = this.#isRequired.keys()
    if (this.#isRequired.size >= TOOLS_MAX && oldest !== undefined) this.#isRequired.delete(oldest)
    this.#isRequired.set(key, isRequired)
  }

  /** The server contradicts what was learned: the next call of the tool asks for its list. */
  doubt(server: ServerEntity, tool: string): void {
    this.#isRequired.delete(keyOf(server, tool))
  }
}

function keyOf(server: ServerEntity, tool: string): string {
  return `${server.id} ${tool}`
}
