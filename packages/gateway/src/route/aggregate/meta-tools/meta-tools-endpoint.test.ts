import { expect, test } from 'vitest'
import { sampleServer } from '../../../snapshot/testing.ts'
import type { Route } from '../../endpoint.ts'
import { aggregateOf, sampleTool, type AggregateBench, type ScriptedServer } from '../testing.ts'

const UI = '{"extensions":{"io.modelcontextprotocol/ui":{}}}'

function toolServer(alias: string, tools: readonly object[], more: object = {}): ScriptedServer {
  const greeting = (): object => ({
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
    },
  })
  return {
    server: sampleServer(alias, more),
    answers: {
      initialize: greeting,
      'server/discover': greeting,
      'tools/list': () => ({ tools }),
      'prompts/list': () => ({ prompts: [{ name: 'ask' }] }),
    },
  }
}

const MAIL = toolServer('mail', [
  sampleTool('send', { description: 'Sends an e-mail.', title: 'Send mail' }),
  sampleTool('search', { description: 'Finds e-mails by their text.' }),
  sampleTool('broken', {
    inputSchema: { type: 'object', properties: { a: { $ref: 'http://h/x' } } },
  }),
  sampleTool('poll', { description: 'Refreshes the app.', _meta: { ui: { visibility: ['app'] } } }),
])
const FILES = toolServer('files', [
  sampleTool('search', { description: 'Finds files by their name.' }),
  sampleTool('files.write', { description: 'Writes a file.' }),
])

type Result = {
  isError?: true
  content: { text: string }[]
  structuredContent: { tools: { name: string; price?: object }[]; matching: number; tool: object }
}
type More = Parameters<AggregateBench['resolve']>[2]

async function callAt(
  bench: AggregateBench,
  name: string,
  given: object,
  more: More = {},
): Promise<Route> {
  const at = { at: bench.metaTools, ...more }
  return await bench.resolve('tools/call', { name, arguments: given }, at)
}
async function resultAt(
  bench: AggregateBench,
  name: string,
  given: object,
  more: More = {},
): Promise<Result> {
  const route = await callAt(bench, name, given, more)
  if (route.kind !== 'answer') throw new Error(JSON.stringify(route))
  return JSON.parse(route.resultText) as Result
}
const foundAt = async (bench: AggregateBench, query: string, limit = 10): Promise<string[]> =>
  (await resultAt(bench, 'search_tools', { query, limit })).structuredContent.tools.map(
    ({ name }) => name,
  )

test('the list is three tools, the same bytes whatever the servers have', async () => {
  const listOf = (bench: AggregateBench): Promise<Route> =>
    bench.resolve('tools/list', {}, { at: bench.metaTools })
  const one = await listOf(aggregateOf([MAIL, FILES]))
  expect(one).toEqual(await listOf(aggregateOf([])))
  expect(one.kind === 'answer' && Object.keys(JSON.parse(one.resultText) as object)).toEqual([
    'tools',
  ])
  const bench = aggregateOf([MAIL])
  expect(
    await bench.answerOf('tools/list', {}, { at: bench.metaTools, era: 'modern' }),
  ).toMatchObject({
    resultType: 'complete',
    tools: [{ name: 'search_tools' }, { name: 'describe_tool' }, { name: 'call_tool' }],
  })
  expect(await bench.resolve('tools/list', { cursor: 'x' }, { at: bench.metaTools })).toMatchObject(
    {
      code: -32602,
    },
  )
})

test('it promises tools that do not change, and everything else as the aggregate does', async () => {
  const bench = aggregateOf([MAIL, FILES])
  const { capabilities, instructions }: { capabilities: object; instructions: string } =
    await bench.answerOf('initialize', {}, { at: bench.metaTools })
  expect(capabilities).toEqual({ tools: {}, prompts: { listChanged: true } })
  expect(instructions).toContain('- mail: mail')
  expect(await bench.answerOf('prompts/list', {}, { at: bench.metaTools })).toMatchObject({
    prompts: [{ name: 'files__ask' }, { name: 'mail__ask' }],
  })
})

test('a search finds by what tools do, best first, with prices, and no more than was asked for', async () => {
  const bench = aggregateOf([MAIL, FILES], { send: '7' })
  expect(await foundAt(bench, 'send an e-mail')).toEqual(['send', 'mail__search'])
  expect(await foundAt(bench, 'find files')).toEqual([
    'files__search',
    'files_write',
    'mail__search',
  ])
  expect(await foundAt(bench, '', 1)).toEqual(['files__search'])
  const { structuredContent, content } = await resultAt(bench, 'search_tools', { query: 'send' })
  expect(structuredContent).toEqual({
    tools: [
      {
        name: 'send',
        title: 'Send mail',
        description: 'Sends an e-mail.',
        server: 'mail',
        price: { amount: '7', asset: 'USD', per: 'call', version: 1 },
      },
    ],
    matching: 1,
  })
  expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent)
})

test('what is not granted, quarantined, or for an app alone is neither found, described nor called', async () => {
  const bench = aggregateOf([MAIL, FILES])
  bench.hand.deniedTools.add('send')
  for (const [name, query] of [
    ['send', 'mail'],
    ['broken', 'broken'],
    ['poll', 'refresh app'],
  ] as const) {
    expect(await foundAt(bench, query)).not.toContain(name)
    for (const era of ['legacy', 'modern'] as const) {
      const more = { era, capabilitiesText: UI }
      for (const tool of ['describe_tool', 'call_tool'])
        expect(await resultAt(bench, tool, { name }, more)).toMatchObject({ isError: true })
    }
  }
})

test('a right that was lost a moment ago counts, whatever catalog is kept', async () => {
  const bench = aggregateOf([MAIL, FILES])
  expect(await foundAt(bench, 'send')).toEqual(['send'])
  bench.hand.deniedTools.add('send')
  expect(await foundAt(bench, 'send')).toEqual([])
  expect(await resultAt(bench, 'call_tool', { name: 'send' })).toMatchObject({ isError: true })
})

test('a description is the definition as its server wrote it, under the shown name', async () => {
  const text = '{ "name":"echo" , "inputSchema": {"type":"object","x":[1.0]}, "x-own": 2e3 }'
  const server = toolServer('a', [])
  const bench = aggregateOf([
    { ...server, answers: { ...server.answers, 'tools/list': () => `{"tools":[${text}]}` } },
  ])
  const route = await callAt(bench, 'describe_tool', { name: 'echo' })
  expect(route.kind === 'answer' && route.resultText).toContain(
    `"structuredContent":{"tool":${text}}`,
  )
})

test('a call becomes the plain call of its tool: own name and arguments, everything else as it was', async () => {
  const bench = aggregateOf([MAIL, FILES])
  const paramsText =
    '{"_meta":{"progressToken":"p","x":1.0}, "name":"call_tool","arguments":{"name":"mail__search","arguments":{"q": 1.50}},"inputResponses":{"a":{}},"requestState":"s"}'
  const route = await bench.metaTools.resolve({
    ...requestOf(bench),
    paramsText,
  })
  expect(route).toMatchObject({ kind: 'relay', server: { alias: 'mail' } })
  expect(route.kind === 'relay' && route.asked?.text).toBe(
    '{"jsonrpc":"2.0","id":"9","method":"tools/call","params":{"_meta":{"progressToken":"p","x":1.0}, "name":"search","arguments":{"q": 1.50},"inputResponses":{"a":{}},"requestState":"s"}}',
  )
  const bare = await callAt(bench, 'call_tool', { name: 'files_write' })
  expect(bare.kind === 'relay' && bare.asked?.text).toBe(
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"files.write"}}',
  )
})

test('a modern server gets the headers that mirror the tool’s own arguments', async () => {
  const region = { type: 'string', 'x-mcp-header': 'Region' }
  const inputSchema = { type: 'object', properties: { region } }
  const bench = aggregateOf([
    toolServer('m', [sampleTool('query', { inputSchema })], { era: 'modern' }),
  ])
  const given = { name: 'query', arguments: { region: 'größer' } }
  const route = await callAt(bench, 'call_tool', given, { era: 'modern' })
  expect(route.kind === 'relay' && route.asked?.headers).toEqual({
    'mcp-name': 'query',
    'mcp-param-region': '=?base64?Z3LDtsOfZXI=?=',
  })
})

test.each([
  ['call_tool', {}],
  ['call_tool', { name: 5 }],
  ['call_tool', { name: 'send', arguments: '{}' }],
  ['describe_tool', {}],
  ['search_tools', { query: 5 }],
  ['search_tools', { query: 'x', limit: 51 }],
  ['search_tools', { query: 'x', limit: 1.5 }],
])('%s with %j tells the model what is wrong', async (name, given) => {
  expect(await resultAt(aggregateOf([MAIL]), name, given)).toMatchObject({ isError: true })
})

test('no other tool can be called here', async () => {
  const bench = aggregateOf([MAIL])
  expect(await callAt(bench, 'send', {})).toMatchObject({ kind: 'error', code: -32602 })
})

function requestOf(bench: AggregateBench): Parameters<AggregateBench['metaTools']['resolve']>[0] {
  return { ...bench.request('tools/call', {}), target: 'call_tool', idText: '"9"' }
}
