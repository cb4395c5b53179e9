import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { createV2 } from '../../clients/sdk-clients.ts'
import type { KeyedTarget } from '../../stage/test-relay.ts'
import { MODERN_META, modernHeaders, postRaw } from '../../wire/raw-client.ts'
import { readRpcAnswer } from '../../wire/rpc-answer.ts'
import { openAsker, type Asker } from '../../pains/raw-asker.ts'
import type { Assignment } from './assignment.ts'
import { loadSkill, readSkills } from './skill-host.ts'

/** What a client does in a scenario, through the gateway. */
type Play = (assignment: Assignment, target: KeyedTarget) => Promise<void>

const INFO = { name: 'conformance-client', version: '1.0.0' }
const ToolCalls = z.object({
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
})

/** The client of the era that the scenario runs in, connected: SDK v1 up to 2025-11-25, SDK v2 for 2026-07-28. */
async function connect({ revision }: Assignment, target: KeyedTarget) {
  if (revision >= '2026-07-28') {
    const { client, transport } = createV2('modern', target, {
      elicitation: {},
      sampling: {},
      roots: {},
    })
    client.setRequestHandler('elicitation/create', () => ({
      action: 'accept',
      content: { confirmed: true },
    }))
    await client.connect(transport)
    return client
  }
  // With `applyDefaults`, an answer without content gets the form's defaults (SEP-1034).
  const client = new ClientV1(INFO, {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
  })
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: {} }))
  await client.connect(
    new TransportV1(new URL(target.url), {
      requestInit: { headers: { authorization: `Bearer ${target.apiKey}` } },
    }),
  )
  return client
}

/** Calls a list of tools after `tools/list`, which tells the client their schemas. */
const calls =
  (...tools: readonly { name: string; arguments: Record<string, unknown> }[]): Play =>
  async (assignment, target) => {
    const client = await connect(assignment, target)
    try {
      await client.listTools()
      for (const tool of tools) await client.callTool(tool)
    } finally {
      await client.close()
    }
  }

const named = (name: string): { name: string; arguments: Record<string, unknown> } => ({
  name,
  arguments: {},
})

/** Each method that has a mirrored header of its own, once. */
const everyMethod: Play = async (assignment, target) => {
  const client = await connect(assignment, target)
  try {
    await client.listTools()
    await client.callTool(named('my-hyphenated-tool'))
    const [resource] = (await client.listResources()).resources
    await client.readResource({ uri: resource?.uri ?? '' })
    const [prompt] = (await client.listPrompts()).prompts
    await client.getPrompt({ name: prompt?.name ?? '' })
  } finally {
    await client.close()
  }
}

/** Calls every tool that is still listed: a client that sees a bad one would call it (SEP-2243). */
const callAllListed: Play = async (assignment, target) => {
  const client = await connect(assignment, target)
  try {
    for (const { name } of (await client.listTools()).tools) {
      await client.callTool({ name, arguments: { region: 'us-west1' } })
    }
  } finally {
    await client.close()
  }
}

/** Speaks below the SDK, which would not ask again after a refusal of the revision that it was pinned to. */
const askAgain: Play = async (_assignment, target) => {
  const params = `"params":{"_meta":{${MODERN_META}}}`
  for (const method of ['server/discover', 'server/discover', 'tools/list']) {
    const text = `{"jsonrpc":"2.0","id":1,"method":"${method}",${params}}`
    await postRaw(target, text, modernHeaders(method, undefined))
  }
}

/** Sends a tool's schema back as it came: what the relay loses is missing in it. */
const echoSchema: Play = async (assignment, target) => {
  if (assignment.revision < '2026-07-28') {
    const client = await connect(assignment, target)
    try {
      const { tools } = await client.listTools()
      const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema
      await client.callTool({ name: 'json_schema_echo', arguments: { schema } })
    } finally {
      await client.close()
    }
    return
  }
  const meta = `"_meta":{${MODERN_META}}`
  const listed = await postRaw(
    target,
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{${meta}}}`,
    modernHeaders('tools/list', undefined),
  )
  const { tools } = z
    .object({ tools: z.array(z.looseObject({ name: z.string(), inputSchema: z.unknown() })) })
    .parse(readRpcAnswer(listed).result)
  const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema
  const call = `"name":"json_schema_echo","arguments":{"schema":${JSON.stringify(schema)}},${meta}`
  await postRaw(
    target,
    `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{${call}}}`,
    modernHeaders('tools/call', 'json_schema_echo'),
  )
}

const openHost = ({ revision }: Assignment, target: KeyedTarget): Promise<Asker> =>
  openAsker(revision >= '2026-07-28' ? 'modern' : 'legacy', target)

/** Lists skills and loads none. */
const listSkills: Play = async (assignment, target) => {
  await readSkills(await openHost(assignment, target))
}

/** Loads every skill and, as a host must, goes on to its other files only when its manifest is what the list says. */
const loadSkills: Play = async (assignment, target) => {
  const ask = await openHost(assignment, target)
  for (const skill of await readSkills(ask)) await loadSkill(ask, skill)
}

const PLAYS: Readonly<Record<string, Play>> = {
  initialize: calls(),
  tools_call: calls({ name: 'add_numbers', arguments: { a: 2, b: 3 } }),
  'elicitation-sep1034-client-defaults': calls(named('test_client_elicitation_defaults')),
  'sse-retry': calls(named('test_reconnection')),
  'request-metadata': askAgain,
  'http-standard-headers': everyMethod,
  'http-custom-headers': (assignment, target) =>
    calls(...ToolCalls.parse(assignment.context).toolCalls)(assignment, target),
  'http-invalid-tool-headers': callAllListed,
  'json-schema-ref-no-deref': calls(),
  'json-schema-2020-12-preservation': echoSchema,
  'sep-2640-client-no-prefetch': listSkills,
  'sep-2640-client-verify-digest': loadSkills,
  'sep-2640-client-verify-size': loadSkills,
  'sep-2640-client-verify-frontmatter': loadSkills,
  'sep-2322-client-request-state': calls(
    named('test_mrtr_echo_state'),
    named('test_mrtr_unrelated'),
    named('test_mrtr_no_state'),
    named('test_mrtr_no_result_type'),
  ),
}

/** The play of a scenario; the authorization scenarios all want a list and a call. */
export function playFor(scenario: string): Play {
  const play = scenario.startsWith('auth/') ? calls(named('test-tool')) : PLAYS[scenario]
  if (play === undefined) throw new Error(`no play for the scenario ${scenario}`)
  return play
}
