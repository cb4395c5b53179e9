import { RPC_INVALID_PARAMS, RPC_METHOD_NOT_FOUND, resultMessage } from '../../protocol/message.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { RPC_HEADER_MISMATCH } from '../../protocol/rev-2026-07-28/codec.ts'
import type { ModernRequest } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { UpstreamResponse } from '../../upstream/upstream.ts'
import { refused, STATE_REFUSED, streamed, whole, type Refusal } from './answers.ts'
import { createCalls } from './calls.ts'
import { clientWords } from './client-words.ts'
import { discoverResult } from './discovery.ts'
import { createWithSession, type Given } from './given.ts'
import { ListedTools } from './listed-tools.ts'
import { Listening } from './listening.ts'
import { severityOf } from './log-level.ts'
import { readModernWords, type ModernWords } from './modern-words.ts'
import { PARKED_PREFIX, type Parking } from './parking.ts'
import type { SessionPool } from './session-pool.ts'
import { readWish } from './subscription.ts'
import { createTaskRequests, TASK_METHODS } from './tasks/task-requests.ts'

/** What a legacy server has under these names the modern era has not (MCP 2026-07-28, changes). */
const GONE: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'roots/list',
  'sampling/createMessage',
  'elicitation/create',
  'tasks/result',
  'tasks/list',
])
/** Notifications that mean a session, which a modern client has not. */
const SESSION_NOTICES: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
])

/** What sending needs. */
export type SendParts = { readonly pool: SessionPool; readonly parking: Parking }

/** Answers modern requests for legacy servers. */
export function createSend({
  pool,
  parking,
}: SendParts): (server: ServerEntity, request: ModernRequest) => Promise<UpstreamResponse> {
  const within = createWithSession(pool)
  const tools = new ListedTools()
  const { call, list, resume } = createCalls({ within, parking, tools })
  const askAboutTask = createTaskRequests({ within, parking })

  const request = async (given: Given): Promise<UpstreamResponse> => {
    const { request: asked, words } = given
    const refusal = invalidWords(words)
    if (refusal !== undefined) return refused(asked, refusal)
    if (words.requestState !== undefined) return await resume(given)
    if (TASK_METHODS.has(asked.method)) return await askAboutTask(given)
    switch (asked.method) {
      case 'server/discover':
        return await discover(given)
      case 'subscriptions/listen':
        return await listen(given)
      case 'tools/list':
        return await list(given)
      case 'tools/call': {
        const fault = await paramFault(given)
        if (fault === undefined) return await call(given)
        return refused(asked, { status: 400, code: RPC_HEADER_MISMATCH, sentence: fault })
      }
      default:
        return await call(given)
    }
  }

  const discover = (given: Given): Promise<UpstreamResponse> =>
    within(given, (lease) => {
      const text = discoverResult(lease.session.greetingText)
      lease.release()
      return Promise.resolve(whole(200, resultMessage(String(given.request.id), text)))
    })

  /** Mirrored arguments are checked here, where a modern server would: a legacy one does not know the headers. */
  const paramFault = async (given: Given): Promise<string | undefined> => {
    const { request: asked, server, words } = given
    const isMirroring = Object.keys(asked.headers).some((name) => name.startsWith('mcp-param-'))
    if (isMirroring && !tools.params.knows(server)) await learnTools(given)
    const { argumentsText, target = '' } = words
    return tools.params.faultOf(server, target, { argumentsText, headers: asked.headers })
  }

  const learnTools = (given: Given): Promise<UpstreamResponse> =>
    within(given, async (lease) => {
      await tools.ask(lease.session)
      lease.release()
      return whole(202)
    })

  const listen = async (given: Given): Promise<UpstreamResponse> => {
    const { request: asked } = given
    const wish = readWish(asked.text)
    if (wish === undefined) {
      const sentence = 'invalid params: notifications is not a filter'
      return refused(asked, { status: 200, code: RPC_INVALID_PARAMS, sentence })
    }
    const { caller, server, client } = given
    const use = { caller, server, words: client, mayAsk: false }
    const { signal, id = 0 } = asked
    return streamed(await Listening.start({ lease: () => pool.lease(use), wish, id, signal }))
  }

  const notice = (given: Given): Promise<UpstreamResponse> => {
    const { request: told, words } = given
    if (SESSION_NOTICES.has(told.method)) return Promise.resolve(whole(202))
    return within(given, async (lease) => {
      await lease.session.tell(words.legacyText, told.method)
      lease.release()
      return whole(202)
    })
  }

  return async (server, asked) => {
    const { caller, method } = asked
    if (GONE.has(method)) {
      const sentence = `unknown method: ${method}`
      return refused(asked, { status: 404, code: RPC_METHOD_NOT_FOUND, sentence })
    }
    if (caller === undefined)
      throw refuseUpstream('upstream.failed', { detail: 'a legacy session has a caller' })
    const words = readModernWords(asked.text)
    const client = clientWords(words.capabilitiesText, words.clientInfoText)
    const given = { server, caller, request: asked, words, client }
    return await (asked.id === undefined ? notice(given) : request(given))
  }
}

function invalidWords({
  logLevel,
  inputResponses,
  requestState,
}: ModernWords): Refusal | undefined {
  const invalid = (sentence: string, status = 200): Refusal => ({
    status,
    code: RPC_INVALID_PARAMS,
    sentence,
  })
  if (logLevel !== undefined && severityOf(logLevel) === undefined)
    return invalid('invalid params: logLevel is no log level', 400)
  if (inputResponses === null) return invalid('invalid params: inputResponses is not an object')
  for (const [key, text] of inputResponses ?? []) {
    if (!text.startsWith('{'))
      return invalid(`invalid params: inputResponses.${key} is not an object`)
  }
  const isOurs = requestState === undefined || requestState?.startsWith(PARKED_PREFIX) === true
  return isOurs ? undefined : STATE_REFUSED
}
