import type { Deadline } from '../deadline.ts'
import { isRecord, OrchestraProblem } from '../problem.ts'
import { KeyRefused, type Line } from './line.ts'
import { announcedAmount } from './receipt.ts'
import type { MCPRequest } from './request.ts'
import { waitMs } from '../wait.ts'
import { RETRIES_MAX, retryDelayMs } from './retry.ts'

/** Requests that only read (MCP 2025-11-25, 2026-07-28). */
const READS = new Set([
  'ping',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
])

/** Pages of `tools/list` that are read to find one tool: far beyond any server we know. */
const PAGES_MAX = 50

/**
 * Whether a request whose answer was lost may go again with the same key: it only reads, its tool says
 * so (`readOnlyHint`, `idempotentHint`), or it is paid, so that the gateway keeps its outcome (spending §3.10).
 */
export async function runsTwiceSafely(
  request: MCPRequest,
  line: Line,
  deadline: Deadline,
): Promise<boolean> {
  const method = request.method ?? 'tools/call'
  if (READS.has(method)) return true
  if (method !== 'tools/call') return false
  const tool = await findPatiently(request, line, deadline)
  if (tool === undefined) return false
  const amount = announcedAmount(tool)
  if (amount !== undefined && amount !== '0') return true
  const hints = isRecord(tool['annotations']) ? tool['annotations'] : {}
  return hints['readOnlyHint'] === true || hints['idempotentHint'] === true
}

/** Looks the tool up as often as the call itself would be tried: the gateway may be on its way back. */
async function findPatiently(
  request: MCPRequest,
  line: Line,
  deadline: Deadline,
): Promise<Record<string, unknown> | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await findTool(request, line, deadline)
    } catch (error) {
      if (error instanceof KeyRefused) return undefined // under another key it is another purchase
      if (!(error instanceof OrchestraProblem)) throw error
      const again = error.retryable || error.code === 'sdk.connection_lost'
      if (!again || attempt > RETRIES_MAX) return undefined // unknown, so not safe
      await waitMs(retryDelayMs(attempt, error), deadline.signal)
    }
  }
}

async function findTool(
  request: MCPRequest,
  line: Line,
  deadline: Deadline,
): Promise<Record<string, unknown> | undefined> {
  const name = request.params?.['name']
  let cursor: unknown
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { result: list } = await line.use(deadline, (channel) =>
      channel.request({
        method: 'tools/list',
        params: cursor === undefined ? {} : { cursor },
        deadline,
      }),
    )
    const tools = Array.isArray(list['tools']) ? list['tools'].filter(isRecord) : []
    const found = tools.find((tool) => tool['name'] === name)
    if (found !== undefined) return found
    cursor = list['nextCursor']
    if (typeof cursor !== 'string') return undefined
  }
  return undefined
}
