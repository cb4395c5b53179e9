import { startDeadline, type Deadline } from '../deadline.ts'
import { isRecord, type OrchestraProblem, retryAfterOf, sdkProblem } from '../problem.ts'
import { CLIENT_INFO, type Call, type Channel, type Result } from './channel.ts'
import { exchange, notify, type Endpoint, type MessageListener } from './exchange.ts'
import { problemFromRpcError, type RpcMessage } from './message.ts'

/** The legacy revision that the SDK speaks (MCP 2025-11-25). */
export const LEGACY_REVISION = '2025-11-25'

/** Saying goodbye must not hold anyone up: a server that does not answer forgets the session by itself. */
const GOODBYE_TIMEOUT_MS = 2_000

/** JSON-RPC: the method does not exist or is not offered (JSON-RPC 2.0 §5.1). */
const METHOD_NOT_FOUND = -32601

/** Opens a session by `initialize` (MCP 2025-11-25, lifecycle). */
export async function openLegacyChannel(endpoint: Endpoint, deadline: Deadline): Promise<Channel> {
  const opening = await exchange(endpoint, {
    body: {
      id: 0,
      method: 'initialize',
      params: { protocolVersion: LEGACY_REVISION, capabilities: {}, clientInfo: CLIENT_INFO },
    },
    headers: {},
    deadline,
  })
  if (opening.message.error !== undefined) {
    throw problemFromRpcError(opening.message.error, retryAfterOf(opening.headers))
  }
  const server = opening.message.result ?? {}
  const revision = server['protocolVersion']
  if (typeof revision !== 'string') {
    throw sdkProblem('sdk.not_orchestra', { detail: 'initialize was answered without a revision' })
  }
  const sessionId = opening.headers.get('mcp-session-id')
  const headers = {
    'mcp-protocol-version': revision,
    ...(sessionId === null ? {} : { 'mcp-session-id': sessionId }),
  }
  await notify(endpoint, { body: { method: 'notifications/initialized' }, headers, deadline })
  return createLegacyChannel(endpoint, headers, server)
}

function createLegacyChannel(
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  server: Readonly<Record<string, unknown>>,
): Channel {
  let lastId = 0
  const say = (body: Record<string, unknown>): void => {
    const deadline = startDeadline({}, GOODBYE_TIMEOUT_MS)
    notify(endpoint, { body, headers, deadline }).catch(() => undefined)
  }
  return {
    era: 'legacy',
    server,
    async request(call) {
      lastId += 1
      const id = lastId
      try {
        return await send(id, call)
      } catch (error) {
        if (call.deadline.signal.aborted) {
          say({ method: 'notifications/cancelled', params: { requestId: id } })
        }
        throw error
      }
    },
    async close() {
      if (headers['mcp-session-id'] === undefined) return
      const { signal } = startDeadline({}, GOODBYE_TIMEOUT_MS)
      const authorization = `Bearer ${endpoint.apiKey}`
      await endpoint
        .fetch(endpoint.url, {
          method: 'DELETE',
          credentials: 'omit',
          headers: { authorization, ...headers },
          signal,
        })
        .then((response) => response.body?.cancel())
        .catch(() => undefined)
    },
  }

  async function send(id: number, call: Call): Promise<Result> {
    const { message, frames, ...answer } = await exchange(endpoint, {
      body: { id, method: call.method, params: call.params },
      headers,
      deadline: call.deadline,
      onMessage: (incoming) => answerServer(incoming, say, call.onMessage),
      onFrame: call.onFrame,
    })
    if (message.error === undefined) return { result: message.result ?? {}, frames }
    throw answer.status === 404
      ? new SessionGone(problemFromRpcError(message.error))
      : problemFromRpcError(message.error, retryAfterOf(answer.headers))
  }
}

/** The gateway forgot the session: initialize again (MCP 2025-11-25, session management: 404). */
export class SessionGone extends Error {
  override name = 'SessionGone'
  readonly problem: OrchestraProblem

  constructor(problem: OrchestraProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Answers what the server asks: `ping`, and a refusal for the rest, since no capability was declared. */
function answerServer(
  message: RpcMessage,
  say: (body: Record<string, unknown>) => void,
  onMessage: MessageListener | undefined,
): void {
  const { id, method } = message
  if (id === undefined || id === null || method === undefined) return onMessage?.(message)
  if (method === 'ping') return say({ id, result: {} })
  say({ id, error: { code: METHOD_NOT_FOUND, message: `${method} is not offered` } })
}

/** Whether the answer to a modern probe means: no modern server here (MCP 2026-07-28, era detection). */
export function saysLegacy(problem: OrchestraProblem): boolean {
  if (problem.status === 401 || problem.status === 403 || problem.status >= 500) return false
  const supported = problem.members['data']
  if (problem.rpcCode === -32022) {
    const versions = isRecord(supported) ? supported['supported'] : undefined
    return !(Array.isArray(versions) && versions.includes('2026-07-28'))
  }
  return problem.rpcCode !== -32020 && problem.rpcCode !== -32021
}
