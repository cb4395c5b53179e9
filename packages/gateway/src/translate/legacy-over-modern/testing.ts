import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js'
import { jsonHeaders } from '../../listen/testing-messages.ts'
import { BENCH_KEYS, type RelayBench } from '../../listen/testing.ts'
import type { TestUpstream } from '../../listen/testing-upstream.ts'

/** The fixture of the platform; a process of its own, since the gateway may not import it. */
const FIXTURE = fileURLToPath(
  new URL('../../../../platform/src/fixture-server/main.ts', import.meta.url),
)

/** How a server entity starts the modern fixture over stdio. */
export const MODERN_FIXTURE_STDIO = {
  kind: 'stdio',
  command: process.execPath,
  args: [FIXTURE, '--stdio', '--era', 'modern'],
} as const

/** Starts the modern-only fixture over HTTP on a free port. */
export async function startModernFixture(): Promise<TestUpstream> {
  const child = spawn(process.execPath, [FIXTURE, '--era', 'modern', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** An official legacy client (SDK v1), not connected yet: what it answers is set on it before. */
export function legacyClient(capabilities: ClientCapabilities = {}): Client {
  return new Client({ name: 'legacy-client', version: '1.0.0' }, { capabilities })
}

/** Connects a legacy client to a server of the bench. */
export async function connectLegacy(
  bench: RelayBench,
  alias: string,
  client: Client = legacyClient(),
): Promise<Client> {
  const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }
  const url = new URL(bench.endpoint(alias))
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
  return client
}

/** A message of a JSON-RPC peer, as a test looks at it. */
export type RawMessage = {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { code: number; message: string; data?: unknown }
}

/** A raw legacy session: posts texts, reads messages from JSON and events alike. */
export class RawLegacy {
  #url: string
  #sessionId = ''
  #revision = ''

  constructor(url: string) {
    this.#url = url
  }

  /** Goes on at another address, in the session that it has. */
  moveTo(url: string): void {
    this.#url = url
  }

  async initialize(
    capabilities: Record<string, unknown> = {},
    protocolVersion = '2025-11-25',
  ): Promise<RawMessage> {
    const params = {
      protocolVersion,
      capabilities,
      clientInfo: { name: 'raw', version: '1', icons: [] },
    }
    const response = await this.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
    this.#sessionId = response.headers.get('mcp-session-id') ?? ''
    const [message] = await messagesOf(response)
    const agreed = message?.result?.['protocolVersion']
    this.#revision = typeof agreed === 'string' ? agreed : ''
    await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' })
    return message ?? {}
  }

  /** Posts one message; the response may be a stream. */
  post(message: unknown): Promise<Response> {
    const body = typeof message === 'string' ? message : JSON.stringify(message)
    return fetch(this.#url, { method: 'POST', headers: this.#headers(), body })
  }

  /** Puts a request and returns every message until its answer. */
  async ask(
    method: string,
    params: Record<string, unknown> = {},
    id: unknown = 1,
  ): Promise<RawMessage[]> {
    return await messagesOf(await this.post({ jsonrpc: '2.0', id, method, params }))
  }

  /** The GET stream. */
  stream(signal?: AbortSignal): Promise<Response> {
    return fetch(this.#url, {
      headers: { ...this.#headers(), accept: 'text/event-stream' },
      ...(signal === undefined ? {} : { signal }),
    })
  }

  #headers(): Record<string, string> {
    return {
      ...jsonHeaders(),
      ...(this.#sessionId === '' ? {} : { 'mcp-session-id': this.#sessionId }),
      ...(this.#revision === '' ? {} : { 'mcp-protocol-version': this.#revision }),
    }
  }
}

/** Every message of a response, which is one JSON text or events. */
export async function messagesOf(response: Response): Promise<RawMessage[]> {
  const messages: RawMessage[] = []
  for await (const message of readMessages(response)) messages.push(message)
  return messages
}

/** The messages of a response as they come. */
export async function* readMessages(response: Response): AsyncGenerator<RawMessage> {
  if (response.headers.get('content-type') !== 'text/event-stream') {
    const text = await response.text()
    if (text !== '') yield JSON.parse(text) as RawMessage
    return
  }
  let rest = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines)
      if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as RawMessage
  }
}
