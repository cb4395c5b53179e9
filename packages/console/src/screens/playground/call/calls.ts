import { OrchestraProblem, type OrchestraScreens } from '@mcp-orchestra/sdk'
import { writeJson, type JsonObject } from '../../../schema/index.ts'
import { noteNobody, nowMs } from '../../../session/index.ts'
import { createStore } from '../../../session/store.ts'
import {
  begin,
  end,
  hear,
  NO_CALLS,
  show,
  type CallLog,
  type Outcome,
  type SeenPrice,
} from './call-record.ts'
import { boundsOf } from './price-of-call.ts'

/** The calls of this tab: they go on, and are kept, while another screen is shown. */
export const calls = createStore<CallLog>(NO_CALLS)

let abort: AbortController | undefined

/** Time over the server's own limit that is waited for its answer, in milliseconds: the gateway ends it first. */
const GRACE_MS = 5_000
/** Characters of one message of a server that are kept. */
const MESSAGE_MAX = 2_000

/** What is called, and what was shown before. */
export type CallPlan = {
  readonly alias: string
  readonly tool: string
  readonly args: JsonObject
  readonly price: SeenPrice
  /** The server's limit of one call, in milliseconds. */
  readonly timeoutMs: number
  /** Arguments that are mirrored in headers, by header name (SEP-2243). */
  readonly paramHeaders: Readonly<Record<string, string>>
}

/** Makes one call, charged at most what was shown; resolves when it has ended, and never rejects. */
export async function makeCall(orchestra: OrchestraScreens, plan: CallPlan): Promise<void> {
  if (calls.get().running !== undefined) return
  const { alias, tool, args, price, paramHeaders } = plan
  const startedAtMs = nowMs()
  calls.set(begin(calls.get(), { alias, tool, args, price, paramHeaders, startedAtMs }))
  const id = calls.get().lastId
  const note = (heard: Parameters<typeof hear>[2]): void => calls.set(hear(calls.get(), id, heard))
  abort = new AbortController()
  const { signal } = abort
  let outcome: Outcome
  try {
    const response = await orchestra.hub.routeRequest(
      {
        server: alias,
        params: { name: tool, arguments: args },
        ...boundsOf(price),
        ...mirrored(plan),
        onProgress: (progress) => note({ progress }),
        onMessage: (message) => note({ message: sentenceOf(message) }),
        onFrame: (frame) => note({ frame }),
      },
      { signal, timeoutMs: plan.timeoutMs + GRACE_MS },
    )
    outcome = { kind: 'answered', response }
  } catch (error) {
    outcome = outcomeOf(error, signal)
  }
  calls.set(end(calls.get(), id, outcome, nowMs() - startedAtMs))
}

/** Gives the running call up: the gateway tells the server, and nothing is charged unless it had answered. */
export function cancelCall(): void {
  abort?.abort(new DOMException('cancelled', 'AbortError'))
}

/** Shows a call of the history. */
export function showCall(id: number): void {
  calls.set(show(calls.get(), id))
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) return { kind: 'cancelled' }
  if (!(error instanceof OrchestraProblem)) return { kind: 'failed', error }
  if (error.status === 401) noteNobody()
  return { kind: 'refused', problem: error }
}

function mirrored({ paramHeaders }: CallPlan): object {
  return Object.keys(paramHeaders).length === 0 ? {} : { paramHeaders }
}

/** What a server said, in one line: the text of a log message, else its method and what it carries. */
function sentenceOf({
  method = '',
  params,
}: {
  method?: string
  params?: Record<string, unknown>
}): string {
  if (method === 'notifications/progress' && typeof params?.['message'] === 'string') {
    return params['message'].slice(0, MESSAGE_MAX)
  }
  const told = params?.['data'] ?? params
  const text = typeof told === 'string' ? told : JSON.stringify(told ?? {})
  const level =
    typeof params?.['level'] === 'string' ? params['level'] : method.replace('notifications/', '')
  return `${level}: ${text}`.slice(0, MESSAGE_MAX)
}

/** The arguments as one line of JSON, for an address or a command. */
export function argsText(args: JsonObject): string {
  return writeJson(args, 0)
}
