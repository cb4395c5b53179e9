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

/** The JSON-RPC texts of one request and of its final response, as they went over the wire; no headers, no key. */
export type Frames = { readonly request: string; readonly response: string }

/** Hears every JSON-RPC text of a request, and a problem document instead of one, as they are sent or received. */
export type FrameListener = (frame: {
  readonly direction: 'sent' | 'received'
  readonly text: string
}) => void

/** The final response of one request and the headers that it came with. */
export type Answer = {
  readonly message: RpcMessage
  readonly frames: Frames
  readonly status: number
  readonly headers: Headers
}

/** What one POST carries. */
export type Posting = {
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly deadline: Deadline
  readonly onMessage?: MessageListener | undefined
  readonly onFrame?: FrameListener | undefined
}

/** Sends one JSON-RPC request and reads until its response, from a JSON body or an event stream. */
export async function exchange(endpoint: Endpoint, posting: Posting): Promise<Answer> {
  const request = bodyOf(posting)
  posting.onFrame?.({ direction: 'sent', text: request })
  const response = await post(endpoint, posting, request)
  const { status, headers } = response
  try {
    const { message, text } = await readResponse(response, posting)
    return { message, frames: { request, response: text }, status, headers }
  } catch (error) {
    throw posting.deadline.explain(error, true)
  }
}

/** Sends a notification or a response: nothing comes back but the status. */
export async function notify(endpoint: Endpoint, posting: Posting): Promise<number> {
  const response = await post(endpoint, posting, bodyOf(posting))
  await response.body?.cancel()
  return response.status
}

function bodyOf({ body }: Posting): string {
  return JSON.stringify({ jsonrpc: '2.0', ...body })
}

async function post(endpoint: Endpoint, posting: Posting, body: string): Promise<Response> {
  try {
    return await endpoint.fetch(endpoint.url, {
      method: 'POST',
      // The gateway knows callers by their keys: no cookie is any of its business.
      credentials: 'omit',
      headers: {
        authorization: `Bearer ${endpoint.apiKey}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...posting.headers,
      },
      body,
      signal: posting.deadline.signal,
    })
  } catch (error) {
    throw posting.deadline.explain(error, false)
  }
}

/** A message and the text that it was read from. */
type Received = { readonly message: RpcMessage; readonly text: string }

async function readResponse(response: Response, posting: Posting): Promise<Received> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream') && response.body !== null) {
    return readStream(response.body, posting)
  }
  const text = await response.text()
  if (type.startsWith('application/json')) return receive(text, posting)
  if (type.startsWith('application/problem+json')) {
    posting.onFrame?.({ direction: 'received', text })
    throw refusalOf(response, text)
  }
  throw sdkProblem('sdk.not_orchestra', {
    status: response.status,
    detail: `HTTP ${response.status} with content type ${JSON.stringify(type)}`,
  })
}

async function readStream(body: ReadableStream<Uint8Array>, posting: Posting): Promise<Received> {
  for await (const event of readSse(body)) {
    if (event.data === '') continue
    const received = receive(event.data, posting)
    const { message } = received
    if (message.method === undefined && message.id === posting.body['id']) return received
    posting.onMessage?.(message)
  }
  throw new StreamCut('the stream ended before the response')
}

function receive(text: string, posting: Posting): Received {
  posting.onFrame?.({ direction: 'received', text })
  return { message: parseMessage(text), text }
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
