import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { HELD_LIST_BYTES_MAX } from '../../upstream/upstream.ts'
import type { LegacySession } from './legacy-session.ts'
import { MirroredParams } from './mirrored-params.ts'
import { TaskSupport } from './tasks/task-support.ts'

/** Pages of one list that are read: more are a cursor that runs in a circle. */
const PAGES_MAX = 64

/** What the lists of tools that pass say of how tools are called. */
export class ListedTools {
  readonly params = new MirroredParams()
  readonly tasks = new TaskSupport()

  /** Learns from a `tools/list` result, which is JSON text. */
  learn(server: ServerEntity, resultText: string): void {
    this.params.learn(server, resultText)
    this.tasks.learn(server, resultText)
  }

  /** Asks for the whole list: a client that calls a tool has seen a list, perhaps another gateway's. */
  async ask(session: LegacySession): Promise<void> {
    let cursor: string | undefined
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const paramsText = cursor === undefined ? undefined : JSON.stringify({ cursor })
      const options = { heldBytesMax: HELD_LIST_BYTES_MAX }
      const answer = await session.ask('tools/list', paramsText, options)
      if (answer.kind === 'error') return
      this.learn(session.server, answer.text)
      cursor = stringAt(answer.text, memberOf(scanObject(answer.text), 'nextCursor')?.value)
      if (cursor === undefined) return
    }
  }
}
