import { text as readText } from 'node:stream/consumers'
import { listenLocally } from '../../src/fixture-server/local-listener.ts'

/** What a call asks the server to answer. */
export type TokenWish = {
  /** `_meta["io.mcp-orchestra/usage"]` of the result; absent: no usage is reported. */
  readonly usage?: unknown
  readonly text?: string
  /** Spaces before the text, so that the result is not held. */
  readonly padding?: number
  readonly stream?: boolean
  /** Progress before the result, each with what it reports or says. */
  readonly chunks?: readonly { readonly usage?: unknown; readonly message?: string }[]
  /** Never answers after its chunks. */
  readonly hold?: boolean
  /** Gives the `_meta` of the request back, as a careless server might. */
  readonly echoMeta?: boolean
}

type Asked = {
  readonly id?: unknown
  readonly method: string
  readonly params?: {
    readonly arguments?: TokenWish
    readonly _meta?: Readonly<Record<string, unknown>>
  }
}

const USAGE = 'io.mcp-orchestra/usage'

/** A server of one era whose one tool, `ask`, reports the tokens that its caller tells it to. */
export async function startTokenServer(era: 'legacy' | 'modern') {
  let left = 0
  const listener = await listenLocally((request, response) => {
    void (async () => {
      if (request.method !== 'POST') return response.writeHead(405).end()
      const { id, method, params } = JSON.parse(await readText(request)) as Asked
      if (id === undefined) return response.writeHead(202).end()
      const result = resultOf(era, method, params)
      const message = JSON.stringify(
        result === undefined
          ? { jsonrpc: '2.0', id, error: { code: -32_601, message: 'no such method' } }
          : { jsonrpc: '2.0', id, result },
      )
      const { chunks, hold, stream } = params?.arguments ?? {}
      if (stream === true || chunks !== undefined) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const [index, chunk] of (chunks ?? []).entries())
          response.write(progressEvent(params?._meta?.['progressToken'], index, chunk))
        if (hold === true) return response.once('close', () => (left += 1))
        return response.end(`event: message\ndata: ${message}\n\n`)
      }
      return response.writeHead(200, { 'content-type': 'application/json' }).end(message)
    })()
  })
  return {
    url: `${listener.origin}/mcp`,
    /** Answers that were held and that nobody waits for any more. */
    left: () => left,
    close: () => listener.close(),
  }
}

function progressEvent(
  progressToken: unknown,
  progress: number,
  { usage, message }: { readonly usage?: unknown; readonly message?: string },
): string {
  const reported = usage === undefined ? {} : { _meta: { [USAGE]: usage } }
  const said = message === undefined ? {} : { message }
  const params = { progressToken, progress, ...said, ...reported }
  const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })
  return `event: message\ndata: ${text}\n\n`
}

function resultOf(
  era: 'legacy' | 'modern',
  method: string,
  params: Asked['params'],
): object | undefined {
  const serverInfo = { name: 'tokens', version: '1' }
  const capabilities = { tools: {} }
  const complete = era === 'modern' ? { resultType: 'complete' } : {}
  switch (method) {
    case 'initialize':
      return { protocolVersion: '2025-11-25', capabilities, serverInfo }
    case 'server/discover':
      return { ...complete, supportedVersions: ['2026-07-28'], capabilities, serverInfo }
    case 'tools/list':
      return {
        ...complete,
        tools: [{ name: 'ask', inputSchema: { type: 'object' } }],
        ...(era === 'modern' ? { ttlMs: 0, cacheScope: 'private' } : {}),
      }
    case 'tools/call':
      return { ...complete, ...answerTo(params?.arguments ?? {}, params?._meta ?? {}) }
    default:
      return undefined
  }
}

function answerTo(
  { usage, text = '', padding = 0, echoMeta = false }: TokenWish,
  meta: Readonly<Record<string, unknown>>,
): object {
  const content = [{ type: 'text', text: ' '.repeat(padding) + text }]
  const reported = usage === undefined ? {} : { [USAGE]: usage }
  const given = { ...(echoMeta ? meta : {}), ...reported }
  return { content, ...(Object.keys(given).length === 0 ? {} : { _meta: given }) }
}
