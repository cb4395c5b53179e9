import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { textOf } from '../sdk-clients.ts'
import { eraOf, type MatrixClient, type Revision } from './matrix-client.ts'

/** Where a cell stands: who speaks what. */
export type Cell = {
  readonly client: MatrixClient
  readonly server: Revision
  /** Where the servers write which waits were cancelled. */
  readonly cancelledLog: string
}

/** One feature of the protocol, and what a client must see of it in any cell. */
export type Feature = {
  readonly name: string
  /** Resolves when the feature works; throws when it does not. */
  readonly works: (cell: Cell) => Promise<void>
  /** Where the client's revision does not know the feature: what must be seen instead. */
  readonly absent?: {
    readonly when: (client: Revision, server: Revision) => boolean
    readonly seen: (cell: Cell) => Promise<void>
  }
}

const WATCHED = 'test://watched-resource'

const call = async ({ client }: Cell, name: string, args: Record<string, unknown> = {}) =>
  await client.call({ name, arguments: args })

const callText = async (cell: Cell, name: string, args: Record<string, unknown> = {}) =>
  textOf((await call(cell, name, args)).content)

/** A question that the client cannot be asked ends in an error that says so, not in silence. */
const refusedToAsk =
  (name: string, args: Record<string, unknown> = {}) =>
  async (cell: Cell): Promise<void> => {
    const outcome = await call(cell, name, args).then(
      (result) => `${result.isError === true ? 'error' : 'result'}: ${textOf(result.content)}`,
      (error: unknown) => `error: ${String(error)}`,
    )
    expect(outcome).toMatch(/^error: .*(capabilit|elicitation|not support)/is)
    expect(cell.client.asked.filter(({ method }) => method === 'elicitation/create')).toEqual([])
  }

const knowsNoForms = (client: Revision) => client < '2025-06-18'
const knowsNoPages = (client: Revision) => client < '2025-11-25'

/** Waits until something was heard that fits; the runner's time-out ends it. */
async function heard(cell: Cell, method: string): Promise<unknown> {
  await expect
    .poll(() => cell.client.heard.some((each) => each.method === method), { timeout: 5_000 })
    .toBe(true)
  return cell.client.heard.find((each) => each.method === method)?.params
}

/** Listens to changes in the way of the client's era; resolves with the way to stop. */
async function watch({ client }: Cell): Promise<() => Promise<void>> {
  if (eraOf(client.revision) === 'modern') {
    const stream = await client.sdk.listen({
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: [WATCHED],
    })
    return () => stream.close()
  }
  await client.sdk.subscribeResource({ uri: WATCHED })
  return async () => void (await client.sdk.unsubscribeResource({ uri: WATCHED }))
}

/** A change that is announced reaches the client that listens. */
const changeHeard =
  (trigger: string, method: string, params?: object) =>
  async (cell: Cell): Promise<void> => {
    const stop = await watch(cell)
    try {
      await call(cell, trigger)
      const said = await heard(cell, method)
      if (params !== undefined) expect(said).toMatchObject(params)
    } finally {
      await stop()
    }
  }

/** The features of the protocol (issue 4, part 2), each asserted in every cell. */
export const FEATURES: readonly Feature[] = [
  {
    name: 'tools are listed whole and called',
    async works(cell) {
      const { tools } = await cell.client.sdk.listTools()
      expect(tools.length).toBeGreaterThan(30)
      const wide = tools.find(({ name }) => name === 'json_schema_2020_12_tool')
      expect(wide?.inputSchema).toMatchObject({ $defs: { address: { $anchor: 'addressDef' } } })
      expect(await callText(cell, 'test_simple_text')).toContain('simple text response')
    },
  },
  {
    name: 'pictures, sounds and embedded resources come through',
    async works(cell) {
      const { content } = await call(cell, 'test_multiple_content_types')
      expect(content).toMatchObject([{ type: 'text' }, { type: 'image' }, { type: 'resource' }])
    },
  },
  {
    name: 'a tool that fails is a result that says so',
    async works(cell) {
      expect((await call(cell, 'test_error_handling')).isError).toBe(true)
    },
  },
  {
    name: 'structured content comes with its schema and annotations',
    async works(cell) {
      const { tools } = await cell.client.sdk.listTools()
      const tool = tools.find(({ name }) => name === 'test_structured_content')
      expect(tool?.outputSchema).toMatchObject({ type: 'object', required: ['city', 'degrees'] })
      expect(tool?.annotations).toMatchObject({ readOnlyHint: true, title: 'Structured' })
      const { structuredContent } = await call(cell, 'test_structured_content')
      expect(structuredContent).toEqual({ city: 'Oslo', degrees: -3.5 })
    },
  },
  {
    name: 'structured content that is no object comes in the form of the client’s era',
    async works(cell) {
      const { structuredContent } = await call(cell, 'test_structured_list')
      // Before 2026-07-28 structured content is an object: the list is in its `result`.
      const wrapped = eraOf(cell.client.revision) === 'legacy' || eraOf(cell.server) === 'legacy'
      expect(structuredContent).toEqual(wrapped ? { result: ['a', 'b'] } : ['a', 'b'])
    },
  },
  {
    name: 'a resource link keeps its address, and can be read',
    async works(cell) {
      const { content } = await call(cell, 'test_resource_link')
      expect(content).toMatchObject([{ type: 'resource_link', uri: 'test://static-text' }])
      const { contents } = await cell.client.sdk.readResource({ uri: 'test://static-text' })
      expect(contents).toMatchObject([{ uri: 'test://static-text', mimeType: 'text/plain' }])
    },
  },
  {
    name: 'resources are listed and read, binary ones too',
    async works(cell) {
      const { resources } = await cell.client.sdk.listResources()
      expect(resources.map(({ uri }) => uri)).toContain('test://static-binary')
      const { contents } = await cell.client.sdk.readResource({ uri: 'test://static-binary' })
      expect(contents).toMatchObject([{ mimeType: 'image/png', blob: expect.any(String) }])
    },
  },
  {
    name: 'a resource that is not there is said to be so, in the code of the client’s era',
    async works(cell) {
      const reading = cell.client.sdk.readResource({ uri: 'test://nowhere' })
      const code = eraOf(cell.client.revision) === 'modern' ? -32_602 : expect.any(Number)
      await expect(reading).rejects.toMatchObject({ code })
    },
  },
  {
    name: 'templates are listed, and a resource of one is read',
    async works(cell) {
      const { resourceTemplates } = await cell.client.sdk.listResourceTemplates()
      expect(resourceTemplates.map((each) => each.uriTemplate)).toEqual([
        'test://template/{id}/data',
      ])
      const { contents } = await cell.client.sdk.readResource({ uri: 'test://template/7/data' })
      expect(JSON.stringify(contents)).toContain('Data for ID: 7')
    },
  },
  {
    name: 'prompts are listed and fetched with arguments',
    async works(cell) {
      const { prompts } = await cell.client.sdk.listPrompts()
      expect(prompts.map(({ name }) => name)).toContain('test_prompt_with_arguments')
      const { messages } = await cell.client.sdk.getPrompt({
        name: 'test_prompt_with_arguments',
        arguments: { arg1: 'paris', arg2: 'b' },
      })
      expect(JSON.stringify(messages)).toContain("arg1='paris', arg2='b'")
    },
  },
  {
    name: 'a prompt that asks first gets its answer',
    async works(cell) {
      const { messages } = await cell.client.sdk.getPrompt({
        name: 'test_input_required_result_prompt',
      })
      expect(messages.length).toBe(1)
    },
    absent: {
      when: knowsNoForms,
      seen: async ({ client }) => {
        const got = client.sdk.getPrompt({ name: 'test_input_required_result_prompt' })
        await expect(got).rejects.toThrow(/capabilit|elicitation|not support/i)
      },
    },
  },
  {
    name: 'an argument is completed',
    async works(cell) {
      const { completion } = await cell.client.sdk.complete({
        ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
        argument: { name: 'arg1', value: 'par' },
      })
      expect(completion.values).toEqual(['paris', 'park', 'party'])
    },
  },
  {
    name: 'log messages come at the level that was asked for',
    async works(cell) {
      // 2026-07-28 has no session to set a level in: each request says its own.
      const isModern = eraOf(cell.client.revision) === 'modern'
      if (!isModern) await cell.client.sdk.setLoggingLevel('info')
      const _meta = isModern ? { 'io.modelcontextprotocol/logLevel': 'info' } : {}
      await cell.client.call({ name: 'test_logging_tool', arguments: {}, _meta })
      expect(await heard(cell, 'notifications/message')).toMatchObject({
        level: 'info',
        data: 'a log message',
      })
    },
  },
  {
    name: 'progress comes in order, and none after the answer',
    async works(cell) {
      const seen: number[] = []
      await cell.client.call(
        { name: 'test_tool_with_progress', arguments: {} },
        { onprogress: ({ progress }) => void seen.push(progress) },
      )
      expect(seen).toEqual([0, 50, 100])
    },
  },
  {
    name: 'a call that is cancelled ends at the server',
    async works(cell) {
      // The length of the wait is its name: no two cells may share one.
      const ms = 20_000 + (cancelledWaits += 1)
      const leaving = new AbortController()
      const waiting = cell.client.call(
        { name: 'test_wait', arguments: { ms } },
        { signal: leaving.signal, onprogress: () => leaving.abort() },
      )
      expect(await waiting.catch((error: unknown) => error)).toBeInstanceOf(Error)
      await expect
        .poll(() => readFileSync(cell.cancelledLog, 'utf8').split('\n'), { timeout: 5_000 })
        .toContain(String(ms))
    },
  },
  {
    name: 'roots are asked for and answered',
    async works(cell) {
      expect(await callText(cell, 'test_list_roots')).toBe('Roots: file:///a-root')
    },
  },
  {
    name: 'a completion is asked for and answered',
    async works(cell) {
      expect(await callText(cell, 'test_sampling', { prompt: 'hello' })).toBe(
        'LLM response: sampled',
      )
    },
  },
  {
    name: 'a completion that may use tools is asked for and answered',
    async works(cell) {
      expect(await callText(cell, 'test_sampling_with_tools')).toContain('thermometer')
      expect(cell.client.asked.at(-1)).toMatchObject({
        method: 'sampling/createMessage',
        params: { tools: [{ name: 'thermometer' }], toolChoice: { mode: 'required' } },
      })
    },
    absent: { when: knowsNoPages, seen: refusedToAsk('test_sampling_with_tools') },
  },
  {
    name: 'a person fills in a form',
    async works(cell) {
      expect(await callText(cell, 'test_elicitation', { message: 'who?' })).toContain(
        'ada@example.test',
      )
    },
    absent: { when: knowsNoForms, seen: refusedToAsk('test_elicitation', { message: 'who?' }) },
  },
  {
    name: 'a person is sent to a page',
    async works(cell) {
      expect(await callText(cell, 'test_elicitation_url')).toBe('Page: accept')
      expect(cell.client.asked.at(-1)).toMatchObject({
        params: { mode: 'url', url: 'https://sign-in.example.test/start?case=1' },
      })
    },
    absent: { when: knowsNoPages, seen: refusedToAsk('test_elicitation_url') },
  },
  {
    name: 'a tool that asks twice in a row gets both answers, and its sealed state back',
    async works(cell) {
      expect(await callText(cell, 'test_input_required_result_multi_round')).toBe(
        'Favorite color: blue',
      )
    },
    absent: { when: knowsNoForms, seen: refusedToAsk('test_input_required_result_multi_round') },
  },
  {
    name: 'a tool that asks three things at once gets all answers',
    async works(cell) {
      expect(await callText(cell, 'test_input_required_result_multiple_inputs')).toBe(
        'sampled ada (1 roots)',
      )
    },
    absent: {
      when: knowsNoForms,
      seen: refusedToAsk('test_input_required_result_multiple_inputs'),
    },
  },
  {
    name: 'a changed list of tools is heard',
    works: changeHeard('test_trigger_tool_change', 'notifications/tools/list_changed'),
  },
  {
    name: 'a changed list of prompts is heard',
    works: changeHeard('test_trigger_prompt_change', 'notifications/prompts/list_changed'),
  },
  {
    name: 'a changed resource is heard by its subscriber',
    works: changeHeard('test_trigger_resource_update', 'notifications/resources/updated', {
      uri: WATCHED,
    }),
  },
  {
    name: 'lists say how long they hold to modern clients, and to no others',
    async works({ client }) {
      const listed: Record<string, unknown> = await client.sdk.listTools()
      if (eraOf(client.revision) === 'modern') {
        expect(listed).toMatchObject({ ttlMs: expect.any(Number) })
        expect(listed['cacheScope']).toMatch(/^(public|private)$/)
      } else {
        expect(Object.keys(listed)).not.toContain('ttlMs')
        expect(Object.keys(listed)).not.toContain('cacheScope')
        expect(Object.keys(listed)).not.toContain('resultType')
      }
    },
  },
  {
    name: 'a mirrored parameter arrives',
    async works(cell) {
      expect(await callText(cell, 'test_x_mcp_header', { region: 'us-west 1 é' })).toBe(
        'region=us-west 1 é',
      )
    },
  },
  {
    name: 'the trace of a call arrives',
    async works(cell) {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      const { content } = await cell.client.call({
        name: 'test_echo_meta',
        arguments: {},
        _meta: { traceparent, 'com.example/own': { deep: [1] } },
      })
      expect(JSON.parse(textOf(content))).toMatchObject({
        traceparent,
        'com.example/own': { deep: [1] },
      })
    },
  },
]

let cancelledWaits = 0
