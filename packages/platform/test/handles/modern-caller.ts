import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { KeyedTarget } from '../stage/test-relay.ts'
import { modernHeaders } from '../wire/raw-client.ts'
import { readSseEvents, type SseEvent } from '../wire/sse-events.ts'

/** The tasks extension, as a client declares it in every request (SEP-2663). */
export const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

/** What a modern request was answered. */
export type ModernAnswer = {
  readonly status: number
  readonly result: Readonly<Record<string, unknown>> | undefined
  readonly error: { readonly code: number; readonly message: string; data?: unknown } | undefined
  /** The last message, or the problem document of a refusal without one. */
  readonly text: string
}

/** How one request is sent. */
export type AskOptions = {
  readonly capabilities?: object
  /** The connection; absent: a new one, which any of several gateways may take. */
  readonly agent?: Agent
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends one request of 2026-07-28 as a well-behaved client does, and reads the answer to its end. */
export async function askModern(
  { url, apiKey }: KeyedTarget,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { capabilities = TASKS, agent, headers = {} }: AskOptions = {},
): Promise<ModernAnswer> {
  const name = params['name'] ?? params['uri'] ?? params['taskId']
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: {
      ...params,
      _meta: metaOf(capabilities),
    },
  })
  const { status, said } = await post(url, body, agent, {
    authorization: `Bearer ${apiKey}`,
    ...modernHeaders(method, typeof name === 'string' ? name : undefined),
    ...headers,
  })
  const message = said.split('\n').findLast((line) => line.startsWith('data: {'))
  const last = message?.slice('data: '.length) ?? said
  const { result, error } = JSON.parse(last) as Pick<ModernAnswer, 'result' | 'error'>
  return { status, result, error, text: last }
}

/** A notification as it came. */
export type ModernNotice = {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Listens until it has heard enough, and gives what it heard; the acknowledgement is the first. */
export async function listenModern(
  { url, apiKey }: KeyedTarget,
  notifications: object,
  enough: (heard: readonly ModernNotice[]) => boolean,
): Promise<readonly ModernNotice[]> {
  const method = 'subscriptions/listen'
  const params = { notifications, _meta: metaOf(TASKS) }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${apiKey}`,
      ...modernHeaders(method, undefined),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'listen', method, params }),
  })
  if (response.body === null) throw new Error('no stream')
  const noticesOf = (events: readonly SseEvent[]) =>
    events.flatMap(({ data }) => (data === '' ? [] : [JSON.parse(data) as ModernNotice]))
  return noticesOf(await readSseEvents(response.body, (events) => enough(noticesOf(events))))
}

const metaOf = (capabilities: object) => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'handles', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': capabilities,
})

/** A connection that stays at one gateway, and which one that is: the id of a legacy session names it. */
export async function connectTo({
  url,
  apiKey,
}: KeyedTarget): Promise<{ readonly agent: Agent; readonly slot: string }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: CLIENT_INFO }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
  const { session } = await post(url, body, agent, { authorization: `Bearer ${apiKey}` })
  return { agent, slot: session.slice(0, session.indexOf('.')) }
}

const CLIENT_INFO = { name: 'handles', version: '1' }

function post(
  url: string,
  body: string,
  agent: Agent | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly session: string; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: agent ?? false,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const session = String(response.headers['mcp-session-id'] ?? '')
      text(response).then(
        (said) => resolve({ status: response.statusCode ?? 0, session, said }),
        reject,
      )
    })
    sent.end(body)
  })
}
