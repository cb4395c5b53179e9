import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatApiKey } from '@mcp-orchestra/api/api-key'
import type { SnapshotBody, SnapshotKind } from '@mcp-orchestra/api/snapshot'
import { afterEach, beforeEach } from 'vitest'
import { startGateway, type RunningGateway } from './compose.ts'
import { parseConfig, readSecrets } from './config.ts'
import {
  startScriptedControlPlane,
  TEST_SECRET,
  type ScriptedControlPlane,
} from './link/testing.ts'
import { sampleKey, sampleServer, sampleSettings } from './snapshot/testing.ts'

const SECRET = formatApiKey('live', new Uint8Array(32).fill(7))
export const KEY_ID = 'key_00000000000000000000000001'
export const PAYER = 'org_00000000000000000000000001'
export const PUBLISHER = 'org_00000000000000000000000002'
export const SERVER = 'srv_00000000000000000000000001'
export const OTHER = 'srv_00000000000000000000000002'

/** Whole gateways of one control plane that is scripted; each test begins with a payer's key and a publisher. */
export class GatewayStage {
  plane!: ScriptedControlPlane
  #directory = ''
  readonly #gateways: RunningGateway[] = []

  constructor() {
    beforeEach(() => this.#open())
    afterEach(() => this.#close())
  }

  put<K extends SnapshotKind>(kind: K, id: string, body: SnapshotBody<K> | null): void {
    this.plane.put({ kind, id, body: body === null ? null : { ...body } })
  }

  /** A server process of a few lines that speaks the legacy era: enough to be called. */
  putServer(id: string, alias: string, tools: readonly string[]): void {
    const script = `
      const tools = ${JSON.stringify(tools)}.map((name) => ({ name, description: 'of ${alias}', inputSchema: { type: 'object' } }))
      const results = {
        initialize: () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: '${alias}', version: '1' }, instructions: 'I am ${alias}.' }),
        'tools/list': () => ({ tools }),
        'tools/call': ({ name }) => ({ content: [{ type: 'text', text: '${alias} ' + name }], _meta: { pid: process.pid } }),
      }
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line)
        if (id === undefined) return
        const result = results[method]?.(params)
        console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'no ' + method } }) }))
      })`
    const transport = {
      kind: 'stdio' as const,
      command: process.execPath,
      args: ['-e', script],
      env: {},
    }
    this.put(
      'server',
      id,
      sampleServer(alias, { id, organizationId: PUBLISHER, transport, era: 'auto' }),
    )
  }

  async start(name = 'gateway-1'): Promise<RunningGateway> {
    const config = parseConfig({
      ORCHESTRA_GATEWAY_NAME: name,
      ORCHESTRA_GATEWAY_SECRET_FILE: join(this.#directory, 'secret'),
      ORCHESTRA_CONTROL_PLANE_URL: this.plane.url,
      ORCHESTRA_JOURNAL_DIR: join(this.#directory, name),
      ORCHESTRA_GATEWAY_PORT: '0',
      ORCHESTRA_LOG_LEVEL: 'silent',
      PATH: process.env['PATH'],
    })
    const gateway = await startGateway(config, await readSecrets(config))
    this.#gateways.push(gateway)
    return gateway
  }

  /** Stops what runs; what it wrote stays for the next. */
  async stopGateways(): Promise<void> {
    for (const gateway of this.#gateways.splice(0)) await gateway.close()
  }

  async #open(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'gateway-'))
    await writeFile(join(this.#directory, 'secret'), `${TEST_SECRET}\n`, { mode: 0o600 })
    this.plane = await startScriptedControlPlane()
    const sealingKey = Buffer.alloc(32, 1).toString('base64')
    this.put('settings', 'settings', { ...sampleSettings(), sealingKey })
    for (const id of [PAYER, PUBLISHER])
      this.put('organization', id, { id, name: id, status: 'active' })
    this.put('key', KEY_ID, sampleKey(SECRET, { id: KEY_ID, organizationId: PAYER }))
  }

  async #close(): Promise<void> {
    await this.stopGateways()
    await this.plane.stop()
    await rm(this.#directory, { recursive: true })
  }
}

/** What a client of these tests sees of an answer. */
export type Answer = {
  status: number
  session: string | null
  body: Record<string, unknown>
}

/** Sends one JSON-RPC message and reads the JSON or the last event of the answer. */
export async function post(
  url: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
  const text = await response.text()
  const lines = text.split('\n').filter((line) => line.startsWith('data: ') && line.length > 6)
  const json = lines.at(-1)?.slice(6) ?? text
  return {
    status: response.status,
    session: response.headers.get('mcp-session-id'),
    body: json === '' ? {} : JSON.parse(json),
  }
}

/** Opens a legacy session; the headers are those of every message in it. */
export async function openSession(
  url: string,
): Promise<{ headers: Record<string, string>; welcome: Answer['body'] }> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { session, body } = await post(url, { id: 1, method: 'initialize', params })
  const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
  await post(url, { method: 'notifications/initialized' }, headers)
  return { headers, welcome: body }
}
