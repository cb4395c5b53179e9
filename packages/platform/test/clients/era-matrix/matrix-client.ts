import {
  Client as ClientV2,
  SSEClientTransport,
  StreamableHTTPClientTransport as TransportV2,
  type CallToolResult,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { KeyedTarget } from '../../stage/test-relay.ts'

/** The revisions that clients and servers of the matrix speak. */
export const REVISIONS = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
] as const
export type Revision = (typeof REVISIONS)[number]

/** The era of a revision. */
export const eraOf = (revision: Revision): 'legacy' | 'modern' =>
  revision >= '2026-07-28' ? 'modern' : 'legacy'

/** What arrived unasked, or as a question: its method and params. */
export type Arrival = { readonly method: string; readonly params: unknown }

/** A connected client of one revision, with what it was asked and what it heard. */
export type MatrixClient = {
  readonly revision: Revision
  readonly sdk: ClientV2
  call(
    params: Parameters<ClientV2['callTool']>[0],
    options?: Parameters<ClientV2['callTool']>[1],
  ): ReturnType<ClientV2['callTool']>
  readonly asked: Arrival[]
  readonly heard: Arrival[]
  close(): Promise<void>
}

/** Which SDK a column of the matrix drives, held to which revision. */
export type MatrixColumn = {
  readonly sdk: 'SDK v1' | 'SDK v2' | 'SDK v2 over HTTP+SSE'
  readonly revision: Revision
}

const INFO = { name: 'era-matrix', version: '1.0.0' }
const ROOTS = { roots: [{ uri: 'file:///a-root', name: 'a root' }] }
const FORM = {
  username: 'ada',
  email: 'ada@example.test',
  name: 'ada',
  ok: true,
  color: 'blue',
  context: 'a context',
}

/** What a client of a revision may say that it can answer. */
function capabilitiesOf(revision: Revision): Record<string, object> {
  const newest = revision >= '2025-11-25'
  return {
    roots: { listChanged: true },
    sampling: newest ? { tools: {} } : {},
    ...(revision < '2025-06-18' ? {} : { elicitation: newest ? { form: {}, url: {} } : {} }),
  }
}

/** Answers a model's question, by using the offered tool when there is one. */
function sample(params: { tools?: readonly unknown[] | undefined }) {
  const content =
    params.tools === undefined
      ? { type: 'text' as const, text: 'sampled' }
      : { type: 'tool_use' as const, id: 'use-1', name: 'thermometer', input: {} }
  return { role: 'assistant' as const, model: 'test-model', content }
}

const answerForm = ({ mode }: { mode?: string | undefined }) =>
  mode === 'url' ? { action: 'accept' as const } : { action: 'accept' as const, content: FORM }

/** Connects a client of one column. */
export async function connectMatrixClient(
  { sdk, revision }: MatrixColumn,
  target: KeyedTarget,
): Promise<MatrixClient> {
  const asked: Arrival[] = []
  const heard: Arrival[] = []
  const headers = { authorization: `Bearer ${target.apiKey}` }
  const url = new URL(target.url)
  if (sdk === 'SDK v1') {
    const client = new ClientV1(INFO, { capabilities: capabilitiesOf(revision) })
    client.setRequestHandler(CreateMessageRequestSchema, ({ method, params }) => {
      asked.push({ method, params })
      return sample(params)
    })
    client.setRequestHandler(ElicitRequestSchema, ({ method, params }) => {
      asked.push({ method, params })
      return answerForm(params)
    })
    client.setRequestHandler(ListRootsRequestSchema, ({ method, params }) => {
      asked.push({ method, params })
      return ROOTS
    })
    for (const schema of [
      LoggingMessageNotificationSchema,
      ResourceUpdatedNotificationSchema,
      ToolListChangedNotificationSchema,
      PromptListChangedNotificationSchema,
    ]) {
      client.setNotificationHandler(schema, ({ method, params }) => {
        heard.push({ method, params })
      })
    }
    await client.connect(new TransportV1(url, { requestInit: { headers } }))
    return {
      revision,
      // What the matrix asks a client to do has the same form in both SDKs, but for the options of a call.
      sdk: client as unknown as ClientV2,
      call: async (params, options) =>
        (await client.callTool({ ...params }, undefined, options)) as CallToolResult,
      asked,
      heard,
      close: () => client.close(),
    }
  }
  const client = new ClientV2(INFO, {
    capabilities: capabilitiesOf(revision),
    ...(eraOf(revision) === 'modern'
      ? { versionNegotiation: { mode: { pin: revision } } }
      : { supportedProtocolVersions: [revision], versionNegotiation: { mode: 'legacy' } }),
  })
  client.setRequestHandler('sampling/createMessage', ({ method, params }) => {
    asked.push({ method, params })
    return sample(params)
  })
  if (revision >= '2025-06-18') {
    client.setRequestHandler('elicitation/create', ({ method, params }) => {
      asked.push({ method, params })
      return answerForm(params)
    })
  }
  client.setRequestHandler('roots/list', ({ method, params }) => {
    asked.push({ method, params })
    return ROOTS
  })
  for (const method of [
    'notifications/message',
    'notifications/resources/updated',
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
  ] as const) {
    client.setNotificationHandler(method, ({ params }) => {
      heard.push({ method, params })
    })
  }
  if (sdk === 'SDK v2') await client.connect(new TransportV2(url, { requestInit: { headers } }))
  else await connectOverSse(client, target, headers)
  return {
    revision,
    sdk: client,
    call: (params, options) => client.callTool(params, options),
    asked,
    heard,
    close: () => client.close(),
  }
}

async function connectOverSse(
  client: ClientV2,
  target: KeyedTarget,
  headers: Record<string, string>,
): Promise<void> {
  const transport = new SSEClientTransport(new URL(target.url.replace(/mcp$/, 'sse')), {
    requestInit: { headers },
  })
  await client.connect(transport)
  // NOTE: the SDK forgets a call's progress token before it reads a progress that came in one chunk with the
  // answer, directly in front of a server as well: so it gets one message at a time.
  const read = transport.onmessage
  transport.onmessage = (message) => void setImmediate(() => read?.(message))
}
