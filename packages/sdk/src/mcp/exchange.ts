import { StreamCut, type Deadline } from '../deadline.ts'
import { problemFromDocument, retryAfterOf, sdkProblem } from '../problem.ts'
import { parseMessage, type RpcMessage } from './message.ts'
import { readSse } from './sse.ts'

/** An MCP endpoint of the gateway and how to reach it. */
export type Endpoint = {
  readonly url: string
  readonly apiKey: string
  readonly fetch: typeof fetch
}

/** What came before the final response: progress, log messages, requests of the server. */
export type MessageListener = (message: RpcMessage) => void

/** The final response of one request and the headers that it came with. */
export type Answer = {
  readonly message: RpcMessage
  readonly status: number
  readonly headers: Headers
}

/** What one POST carries. */
export type Posting = {
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly deadline: Deadline
  readonly onMessage?: MessageListener | undefined
}

/** Sends one JSON-RPC request and reads until its response, from a JSON body or an event stream. */
export async function exchange(endpoint: Endpoint, posting: Posting): Promise<Answer> {
  const response = await post(endpoint, posting)
  const { status, headers } = response
  try {
    const message = await readResponse(response, posting)
    return { message, status, headers }
  } catch (error) {
    throw posting.deadline.explain(error, true)
  }
}

/** Sends a notification or a response: nothing comes back but the status. */
export async function notify(endpoint: Endpoint, posting: Posting): Promise<number> {
  const response = await post(endpoint, posting)
  await response.body?.cancel()
  return response.status
}

async function post(endpoint: Endpoint, posting: Posting): Promise<Response> {
  try {
    return await endpoint.fetch(endpoint.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${endpoint.apiKey}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...posting.headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...posting.body }),
      signal: posting.deadline.signal,
    })
  } catch (error) {
    throw posting.deadline.explain(error, false)
  }
}

async function readResponse(response: Response, posting: Posting): Promise<RpcMessage> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream') && response.body !== null) {
    return readStream(response.body, posting)
  }
  const text = await response.text()
  if (type.startsWith('application/problem+json')) throw refusalOf(response, text)
  if (type.startsWith('application/json')) return parseMessage(text)
  throw sdkProblem('sdk.not_orchestra', {
    status: response.status,
    detail: `HTTP ${response.status} with content type ${JSON.stringify(type)}`,
  })
}

async function readStream(body: ReadableStream<Uint8Array>, posting: Posting): Promise<RpcMessage> {
  for await (const event of readSse(body)) {
    if (event.data === '') continue
    const message = parseMessage(event.data)
    if (message.method === undefined && message.id === posting.body['id']) return message
    posting.onMessage?.(message)
  }
  throw new StreamCut('the stream ended before the response')
}

function refusalOf(response: Response, text: string): Error {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    return sdkProblem('sdk.not_orchestra', { detail: 'a problem document that is no JSON', cause })
  }
  return (
    problemFromDocument(document, { retryAfterSeconds: retryAfterOf(response.headers) }) ??
    sdkProblem('sdk.not_orchestra', { detail: 'a problem document without a code' })
  )
}
