import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { pause } from '../../pause.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  resultMessage,
  RPC_INVALID_PARAMS,
  RPC_METHOD_NOT_FOUND,
} from '../../protocol/message.ts'
import { RPC_HEADER_MISMATCH } from '../../protocol/rev-2026-07-28/codec.ts'
import { messageEvent, type SseEvent } from '../../protocol/sse/event.ts'
import type { ModernRequest } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import { SessionLost, type UpstreamResponse } from '../../upstream/upstream.ts'
import { asProblem, readInto } from './answer-stream.ts'
import { clientWords, type ClientWords } from './client-words.ts'
import { discoverResult } from './discovery.ts'
import { largeAnswer } from './large-answer.ts'
import { LegacyCall, mayAsk, type Step } from './legacy-call.ts'
import { Listening } from './listening.ts'
import { severityOf } from './log-level.ts'
import type { MirroredParams } from './mirrored-params.ts'
import { rpcCodeOf } from './modern-answer.ts'
import { readModernWords, type ModernWords } from './modern-words.ts'
import { PARKED_PREFIX, type Parking } from './parking.ts'
import type { SessionPool } from './session-pool.ts'
import { readWish } from './subscription.ts'

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
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  'tasks/update',
])
/** Notifications that mean a session, which a modern client has not. */
const SESSION_NOTICES: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
])
/** What servers refuse a session with that they do not know, when it is not 404: it names no request. */
const RPC_SERVER_ERROR = -32000
/** An answer that takes longer is a stream, so that comments keep the way to the client open, in milliseconds. */
const STREAM_AFTER_MS = 10_000

/** What sending needs. */
export type SendParts = {
  readonly pool: SessionPool
  readonly parking: Parking
  readonly params: MirroredParams
}

/** A modern request of somebody, taken apart. */
type Given = {
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  readonly request: ModernRequest
  readonly words: ModernWords
  readonly client: ClientWords
}

/** Answers modern requests for legacy servers. */
export function createSend({
  pool,
  parking,
  params,
}: SendParts): (server: ServerEntity, request: ModernRequest) => Promise<UpstreamResponse> {
  /** Works with a session of this client; once more with another one when the server did not know the first. */
  const within = async (
    given: Given,
    work: (lease: Awaited<ReturnType<SessionPool['lease']>>) => Promise<UpstreamResponse>,
  ): Promise<UpstreamResponse> => {
    const { caller, server, client, request } = given
    const use = { caller, server, words: client, mayAsk: mayAsk(request.method) }
    for (let isAgain = false; ; isAgain = true) {
      const lease = await pool.lease(use)
      try {
        return await work(lease)
      } catch (error) {
        lease.release()
        if (!(error instanceof SessionLost)) throw error
        const problem = refuseUpstream('upstream.failed', { detail: error.message, cause: error })
        pool.drop(lease.session, problem)
        // The server said that it does not know the session, so it did not run the call.
        if (isAgain) throw problem
      }
    }
  }

  const call = (given: Given, severityMin: number | undefined): Promise<UpstreamResponse> =>
    within(given, async (lease) => {
      const { session } = lease
      const { request, words } = given
      const { method, signal, heldBytesMax } = request
      const id = request.id ?? 0
      if (severityMin !== undefined || (mayAsk(method) && session.words.declaresReverse))
        session.hearForCalls()
      if (severityMin !== undefined) await session.logFrom(severityMin)
      const open = new LegacyCall(lease, { id, method, target: words.target })
      open.attach({ id, severityMin, signal })
      let response: UpstreamResponse | undefined
      const sending = session.link
        .send(words.legacyText, { id, method, headers: {}, signal: open.signal, heldBytesMax })
        .then((answered) => {
          response = answered
        })
      try {
        // A server that answers with one JSON text may ask on its other stream before.
        await Promise.race([sending, open.spoken])
      } catch (error) {
        open.finish()
        throw error
      }
      if (response === undefined) {
        void sending.then(
          async () => {
            if (response !== undefined) await readInto(open, response)
          },
          (error: unknown) => open.endOfStream({ error: asProblem(error) }),
        )
        return await answerOf(open, parking)
      }
      return await readResponse(open, response, given, parking)
    })

  const list = async (given: Given, severityMin: number | undefined): Promise<UpstreamResponse> => {
    const answered = await call(given, severityMin)
    const { body } = answered
    const result = body.kind === 'message' ? memberOf(scanObject(body.text), 'result') : undefined
    if (body.kind === 'message' && result !== undefined)
      params.learn(given.server, textOf(body.text, result.value))
    return answered
  }

  const resume = async (
    given: Given,
    severityMin: number | undefined,
  ): Promise<UpstreamResponse> => {
    const { caller, server, request, words } = given
    const { requestState, inputResponses, target } = words
    const id = request.id ?? 0
    const open = parking.take(requestState ?? '', {
      caller,
      server,
      method: request.method,
      target,
    })
    if (open === undefined)
      return refused(request, 200, RPC_INVALID_PARAMS, 'requestState is unknown or has expired')
    open.attach({ id, severityMin, signal: request.signal })
    if (severityMin !== undefined) await open.session.logFrom(severityMin)
    await open.answer(inputResponses ?? new Map())
    return await answerOf(open, parking)
  }

  const request = async (given: Given): Promise<UpstreamResponse> => {
    const { request: asked, words } = given
    const { method } = asked
    const invalid = invalidWords(words)
    if (invalid !== undefined)
      return refused(asked, invalid.status, RPC_INVALID_PARAMS, invalid.sentence)
    const severityMin = severityOf(words.logLevel)
    if (words.requestState !== undefined) return await resume(given, severityMin)
    if (method === 'server/discover') {
      return await within(given, (lease) => {
        const text = discoverResult(lease.session.greetingText)
        lease.release()
        return Promise.resolve(whole(200, resultMessage(String(asked.id), text)))
      })
    }
    if (method === 'subscriptions/listen') return await listen(given)
    const fault = method === 'tools/call' ? await paramFault(given) : undefined
    if (fault !== undefined) return refused(asked, 400, RPC_HEADER_MISMATCH, fault)
    return await (method === 'tools/list' ? list : call)(given, severityMin)
  }

  /** Mirrored arguments are checked here, where a modern server would: a legacy one does not know the headers. */
  const paramFault = async (given: Given): Promise<string | undefined> => {
    const { request: asked, server, words } = given
    const isMirroring = Object.keys(asked.headers).some((name) => name.startsWith('mcp-param-'))
    if (isMirroring && !params.knows(server)) await learnTools(given)
    const { argumentsText, target = '' } = words
    return params.faultOf(server, target, { argumentsText, headers: asked.headers })
  }

  /** A client that mirrors arguments has seen a list: perhaps another gateway's. */
  const learnTools = (given: Given): Promise<UpstreamResponse> =>
    within(given, async (lease) => {
      const answer = await lease.session.ask('tools/list', undefined)
      if (answer.kind === 'result') params.learn(given.server, answer.text)
      lease.release()
      return whole(202)
    })

  const listen = async (given: Given): Promise<UpstreamResponse> => {
    const { request: asked } = given
    const wish = readWish(asked.text)
    if (wish === undefined) {
      const sentence = 'invalid params: notifications is not a filter'
      return refused(asked, 200, RPC_INVALID_PARAMS, sentence)
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
    if (GONE.has(method))
      return refused(asked, 404, RPC_METHOD_NOT_FOUND, `unknown method: ${method}`)
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
}: ModernWords): { readonly status: number; readonly sentence: string } | undefined {
  if (logLevel !== undefined && severityOf(logLevel) === undefined)
    return { status: 400, sentence: 'invalid params: logLevel is no log level' }
  if (inputResponses === null)
    return { status: 200, sentence: 'invalid params: inputResponses is not an object' }
  for (const [key, text] of inputResponses ?? []) {
    if (!text.startsWith('{'))
      return { status: 200, sentence: `invalid params: inputResponses.${key} is not an object` }
  }
  const isOurs = requestState === undefined || requestState?.startsWith(PARKED_PREFIX) === true
  return isOurs
    ? undefined
    : { status: 200, sentence: 'invalid params: requestState is unknown or has expired' }
}

/** Reads a response that came before anything else: mostly one JSON text, which is the whole answer. */
async function readResponse(
  open: LegacyCall,
  response: UpstreamResponse,
  { server, request }: Given,
  parking: Parking,
): Promise<UpstreamResponse> {
  const { body } = response
  if (body.kind === 'message') {
    const message = readUpstream(body.text)
    const isOwn = message.idText === String(open.id) || message.isError
    if (
      response.status === 400 &&
      rpcCodeOf(message) === RPC_SERVER_ERROR &&
      message.idText !== String(open.id)
    ) {
      open.finish()
      throw new SessionLost('the server refused the session')
    }
    if (message.kind !== 'response' || !isOwn) {
      open.finish()
      throw refuseUpstream('upstream.invalid_answer', {
        detail: 'the answer is for another request',
      })
    }
    const { text, status } = open.finalOf(message)
    return whole(status, text)
  }
  if (body.kind === 'large') {
    const to = {
      method: request.method,
      idText: String(request.id),
      bytesMax: server.limits.resultBytesMax,
    }
    return {
      status: 200,
      sessionId: undefined,
      body: { kind: 'large', chunks: untilRead(open, largeAnswer(body.chunks, to)) },
    }
  }
  if (body.kind === 'none') {
    open.finish()
    return response
  }
  void readInto(open, response)
  return await answerOf(open, parking)
}

/** A large result's call is over when it was read. */
async function* untilRead(
  open: LegacyCall,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } finally {
    open.finish()
  }
}

/** The call's answer to this leg: one JSON text when nothing came before it, else a stream. */
async function answerOf(open: LegacyCall, parking: Parking): Promise<UpstreamResponse> {
  const park = (call: LegacyCall): string => parking.park(call)
  const first = open.next(park)
  const isSlow = Symbol('slow')
  const early = await Promise.race([first, pause(STREAM_AFTER_MS, open.signal).then(() => isSlow)])
  if (typeof early === 'object' && early.kind === 'final')
    return whole(early.answer.status, early.answer.text)
  async function* events(): AsyncGenerator<SseEvent> {
    let step: Step = await first
    for (;;) {
      yield messageEvent(step.kind === 'final' ? step.answer.text : step.text)
      if (step.kind === 'final') return
      step = await open.next(park)
    }
  }
  return streamed(events())
}

function whole(status: number, text?: string): UpstreamResponse {
  return {
    status,
    sessionId: undefined,
    body: text === undefined ? { kind: 'none', detail: '' } : { kind: 'message', text },
  }
}

function streamed(events: AsyncIterable<SseEvent>): UpstreamResponse {
  return { status: 200, sessionId: undefined, body: { kind: 'events', native: false, events } }
}

function refused(
  request: ModernRequest,
  status: number,
  code: number,
  sentence: string,
): UpstreamResponse {
  return whole(status, errorMessage(String(request.id ?? 'null'), code, sentence))
}
