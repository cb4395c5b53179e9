import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { RawTarget } from '../wire/raw-client.ts'

const INFO = { name: 'client-matrix', version: '1.0.0' }

/** A connected client, as far as the matrix uses it. */
export type ConnectedClient = {
  toolNames(): Promise<string[]>
  /** The definitions of all tools. */
  tools(): Promise<readonly ListedTool[]>
  /** All text of a result. */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<string>
  /** The contents of a resource. */
  read(uri: string): Promise<readonly unknown[]>
  /** The messages of a prompt. */
  prompt(name: string): Promise<readonly unknown[]>
  close(): Promise<void>
}

/** A tool as a client got it. */
export type ListedTool = { readonly name: string; readonly _meta?: unknown }

/** What a client of a test says that it can do. */
export type Capabilities = { readonly extensions?: Record<string, { mimeTypes: string[] }> }

/** An official SDK client in one of its modes. */
export type SdkClient = {
  readonly label: string
  connect(target: RawTarget, capabilities?: Capabilities): Promise<ConnectedClient>
}

/** SDK v1 1.32: legacy revisions only. */
export const sdkV1: SdkClient = {
  label: 'SDK v1',
  async connect(target, capabilities = {}) {
    const client = new ClientV1(INFO, { capabilities })
    const transport = new TransportV1(new URL(target.url), {
      requestInit: { headers: keyOf(target) },
    })
    await client.connect(transport)
    return connected(client)
  },
}

/** SDK v2 2.4 in the mode that opens sessions. */
export const sdkV2Legacy: SdkClient = { label: 'SDK v2, legacy', connect: connectV2('legacy') }

/** SDK v2 2.4 held to 2026-07-28. */
export const sdkV2Modern: SdkClient = { label: 'SDK v2, modern', connect: connectV2('modern') }

/** SDK v2 2.4 that finds out: modern first, then `initialize`. */
export const sdkV2Auto: SdkClient = { label: 'SDK v2, auto', connect: connectV2('auto') }

const MODES = { legacy: 'legacy', modern: { pin: '2026-07-28' }, auto: 'auto' } as const

/** A v2 client with its transport, for tests that need more of it than lists and calls. */
export function createV2(
  era: keyof typeof MODES,
  target: RawTarget,
  capabilities: NonNullable<ConstructorParameters<typeof ClientV2>[1]>['capabilities'] = {},
): { client: ClientV2; transport: TransportV2 } {
  return {
    client: new ClientV2(INFO, { capabilities, versionNegotiation: { mode: MODES[era] } }),
    transport: new TransportV2(new URL(target.url), { requestInit: { headers: keyOf(target) } }),
  }
}

function connectV2(era: keyof typeof MODES): SdkClient['connect'] {
  return async (target, capabilities = {}) => {
    const { client, transport } = createV2(era, target, capabilities)
    await client.connect(transport)
    return connected(client)
  }
}

/** What the clients of both generations have in common. */
export function connected(client: ClientV1 | ClientV2): ConnectedClient {
  const tools = async (): Promise<ListedTool[]> => (await client.listTools()).tools
  return {
    tools,
    toolNames: async () => (await tools()).map(({ name }) => name),
    call: async (name, args) =>
      textOf((await client.callTool({ name, arguments: { ...args } })).content),
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name) => (await client.getPrompt({ name })).messages,
    close: () => client.close(),
  }
}

function keyOf(target: RawTarget): Record<string, string> {
  return target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` }
}

/** All text of a result's content. */
export function textOf(content: unknown): string {
  if (!Array.isArray(content)) return ''
  return content
    .map((block: { type?: unknown; text?: unknown }) =>
      typeof block.text === 'string' ? block.text : '',
    )
    .join('\n')
}
