import { expect, test } from 'vitest'
import { sampleServer } from '../../snapshot/testing.ts'
import { LIST_PAGES_MAX } from './lists/drain-list.ts'
import { aggregateOf, sampleTool, unreachable, type ScriptedServer } from './testing.ts'

const ALL = { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, logging: {} }

const SCHEMA = '"inputSchema":{"type":"object"}'

/** A server with these tools, each written with a member that nobody knows. */
function toolServer(
  alias: string,
  tools: readonly string[],
  more: ScriptedServer['answers'] = {},
): ScriptedServer {
  const texts = tools.map((name) => `{ "x-own": [1.0, 2e3] , "name":"${name}",${SCHEMA}}`)
  return {
    server: sampleServer(alias),
    answers: {
      initialize: () => ({ capabilities: ALL, instructions: `I am ${alias}.` }),
      'tools/list': () => `{"tools":[${texts.join(',')}]}`,
      'prompts/list': () => ({ prompts: [] }),
      'resources/list': () => ({ resources: [] }),
      'resources/templates/list': () => ({ resourceTemplates: [] }),
      ...more,
    },
  }
}

const namesOf = (result: { tools: { name: string }[] }): string[] =>
  result.tools.map(({ name }) => name)

test('entries keep their bytes: only a colliding name and the price are spliced in', async () => {
  const { resolve } = aggregateOf([toolServer('a', ['echo']), toolServer('b', ['echo', 'add'])], {
    add: '5',
  })
  expect(await resolve('tools/list')).toEqual({
    kind: 'answer',
    resultText:
      `{"tools":[{ "x-own": [1.0, 2e3] , "name":"a__echo",${SCHEMA}},{ "x-own": [1.0, 2e3] , "name":"b__echo",${SCHEMA}},` +
      `{"_meta":{"io.mcp-orchestra/price":{"amount":"5","asset":"USD","per":"call","version":1}}, "x-own": [1.0, 2e3] , "name":"add",${SCHEMA}}]}`,
  })
})

test('a tool that the grants do not cover is in no list, and so does not make others collide', async () => {
  const bench = aggregateOf([toolServer('a', ['echo', 'secret']), toolServer('b', ['secret2'])])
  bench.hand.deniedTools.add('secret')
  expect(namesOf(await bench.answerOf('tools/list'))).toEqual(['echo', 'secret2'])
  expect(await bench.resolve('tools/call', { name: 'secret' })).toMatchObject({
    kind: 'error',
    code: -32602,
  })
})

test('a call by a shown name goes to its server under its own name, with or without a list before', async () => {
  const listed = aggregateOf([toolServer('a', ['echo']), toolServer('b', ['echo'])])
  await listed.resolve('tools/list')
  for (const bench of [
    listed,
    aggregateOf([toolServer('a', ['echo']), toolServer('b', ['echo'])]),
  ]) {
    expect(await bench.resolve('tools/call', { name: 'b__echo' })).toMatchObject({
      kind: 'relay',
      server: { alias: 'b' },
      name: 'echo',
    })
  }
})

test('a tool that appeared after the list is found by listing again, but unknown names do not list each time', async () => {
  const tools = ['echo']
  const bench = aggregateOf([
    toolServer('a', [], { 'tools/list': () => ({ tools: tools.map((name) => sampleTool(name)) }) }),
  ])
  await bench.resolve('tools/list')
  tools.push('late')
  bench.hand.nowMs += 1_000
  expect(await bench.resolve('tools/call', { name: 'late' })).toMatchObject({ kind: 'relay' })
  const lists = (): number => bench.asked.filter(({ method }) => method === 'tools/list').length
  const before = lists()
  for (let call = 0; call < 5; call += 1) await bench.resolve('tools/call', { name: 'nobody' })
  expect(lists()).toBe(before)
})

test('pages are drained, and a server that repeats its cursor or never ends is left in time', async () => {
  const pages: Record<string, object> = {
    '': { tools: [sampleTool('one')], nextCursor: 'p2' },
    p2: { tools: [sampleTool('two')], nextCursor: 'p1' },
    p1: { tools: [sampleTool('three')], nextCursor: 'p2' },
  }
  const looping = toolServer('loop', [], {
    'tools/list': ({ cursor = '' }: { cursor?: string }) => pages[cursor],
  })
  let page = 0
  const endless = toolServer('endless', [], {
    'tools/list': () => ({ tools: [sampleTool(`t${(page += 1)}`)], nextCursor: `c${page}` }),
  })
  const names = namesOf(await aggregateOf([looping, endless]).answerOf('tools/list'))
  expect(names.filter((name) => !/^t\d/.test(name))).toEqual(['one', 'two', 'three'])
  expect(names.filter((name) => /^t\d/.test(name))).toHaveLength(LIST_PAGES_MAX)
})

test('a server that fails keeps its last good list, and one that never answered is named in the instructions', async () => {
  const bench = aggregateOf([
    toolServer('a', ['echo']),
    toolServer('b', ['add'], { initialize: unreachable }),
  ])
  const welcome: { instructions: string } = await bench.answerOf('initialize', {})
  expect(welcome.instructions).toBe(
    '# a\nI am a.\n\n# Not available here\n- b: The MCP server cannot be reached. Nothing was charged.',
  )
  expect(namesOf(await bench.answerOf('tools/list'))).toEqual(['echo'])
  bench.hand.scripts = [
    toolServer('a', [], { 'tools/list': unreachable }),
    toolServer('b', ['add']),
  ]
  bench.hand.nowMs += 60_000
  expect(namesOf(await bench.answerOf('tools/list'))).toEqual(['echo', 'add'])
})

test('a server that does not answer is waited for once, not at every list', async () => {
  const bench = aggregateOf([
    toolServer('a', ['echo']),
    toolServer('b', ['add'], { initialize: unreachable }),
  ])
  await bench.resolve('tools/list')
  await bench.resolve('prompts/list')
  expect(bench.asked.filter(({ alias }) => alias === 'b')).toHaveLength(1)
})

test('the welcome offers what any server offers, and nothing that is not relayed', async () => {
  const greeting = (capabilities: object): ScriptedServer['answers'] => ({
    initialize: () => ({ capabilities }),
  })
  const bench = aggregateOf([
    {
      server: sampleServer('a'),
      answers: greeting({ tools: { listChanged: true }, tasks: { list: {} } }),
    },
    {
      server: sampleServer('b'),
      answers: greeting({ resources: { subscribe: true }, experimental: { x: 1 } }),
    },
  ])
  expect(await bench.answerOf('initialize', { protocolVersion: '2025-06-18' })).toMatchObject({
    protocolVersion: '2025-06-18',
    capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
  })
  const { capabilities }: { capabilities: object } = await bench.answerOf('initialize', {
    protocolVersion: '1999-01-01',
  })
  expect(Object.keys(capabilities)).toEqual(['tools', 'resources'])
})

test("every client sees the servers of both eras, each greeted in the client's own", async () => {
  const modern: ScriptedServer = {
    server: sampleServer('m', { era: 'modern' }),
    answers: {
      initialize: () => ({ capabilities: { tools: {} } }),
      'server/discover': () => ({ capabilities: { tools: {} } }),
      'tools/list': () => ({ tools: [sampleTool('modern-tool')] }),
    },
  }
  const legacy = toolServer('l', ['legacy-tool'], {
    'server/discover': () => ({ capabilities: { tools: {}, logging: {} } }),
  })
  const bench = aggregateOf([legacy, modern])
  expect(namesOf(await bench.answerOf('tools/list'))).toEqual(['legacy-tool', 'modern-tool'])
  const list = await bench.answerOf('tools/list', {}, { era: 'modern' })
  expect(list).toMatchObject({ resultType: 'complete', cacheScope: 'private', ttlMs: 5_000 })
  expect(namesOf(list)).toEqual(['legacy-tool', 'modern-tool'])
  expect(await bench.answerOf('server/discover', {}, { era: 'modern' })).toMatchObject({
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, logging: {} },
  })
  expect(bench.asked.map(({ alias, method }) => `${alias} ${method}`)).toEqual(
    expect.arrayContaining([
      'l initialize',
      'm initialize',
      'l server/discover',
      'm server/discover',
    ]),
  )
  expect(await bench.resolve('initialize', {}, { era: 'modern' })).toMatchObject({
    kind: 'error',
    code: -32601,
  })
})

function resourceServer(
  alias: string,
  uris: readonly string[],
  templates: readonly string[] = [],
): ScriptedServer {
  return toolServer(alias, [], {
    'resources/list': () => ({ resources: uris.map((uri) => ({ uri, name: uri })) }),
    'resources/templates/list': () => ({
      resourceTemplates: templates.map((uriTemplate) => ({ uriTemplate, name: uriTemplate })),
    }),
  })
}

test.each([
  ['test://a/1', 'a'],
  ['test://b/1', 'b'],
  ['test://shared', 'a'],
  ['test://b/items/9', 'b'],
  ['only-b://linked/in/a/result', 'b'],
])(
  'a resource is found by its URI, a template, or the only server of its scheme: %s at %s',
  async (uri, alias) => {
    const { resolve } = aggregateOf([
      resourceServer('a', ['test://a/1', 'test://shared']),
      resourceServer('b', ['test://b/1', 'test://shared', 'only-b://x'], ['test://b/items/{id}']),
    ])
    for (const method of ['resources/read', 'resources/subscribe', 'resources/unsubscribe']) {
      expect(await resolve(method, { uri })).toMatchObject({ kind: 'relay', server: { alias } })
    }
  },
)

test('a resource that nobody has is not found, in the words of each era', async () => {
  const { resolve } = aggregateOf([resourceServer('a', ['test://a/1'])])
  expect(await resolve('resources/read', { uri: 'nope://x' })).toMatchObject({
    kind: 'error',
    code: -32002,
    dataText: '{"uri":"nope://x"}',
  })
  expect(await resolve('resources/read', { uri: 'nope://x' }, { era: 'modern' })).toMatchObject({
    code: -32602,
  })
})

test('a completion goes to the owner of its prompt under the own name, and to the owner of its template', async () => {
  const seen: unknown[] = []
  const prompts = (alias: string): ScriptedServer =>
    toolServer(alias, [], {
      'prompts/list': () => ({ prompts: [{ name: 'ask' }] }),
      'resources/templates/list': () => ({
        resourceTemplates: [{ uriTemplate: `${alias}://{id}`, name: 't' }],
      }),
      'completion/complete': (params) => {
        seen.push([alias, params])
        return { completion: { values: [alias] } }
      },
    })
  const { answerOf, resolve } = aggregateOf([prompts('a'), prompts('b')])
  const argument = { name: 'x', value: 'y' }
  await answerOf('completion/complete', { ref: { type: 'ref/prompt', name: 'b__ask' }, argument })
  await answerOf('completion/complete', {
    ref: { type: 'ref/resource', uri: 'a://{id}' },
    argument,
  })
  expect(seen).toEqual([
    ['b', { ref: { type: 'ref/prompt', name: 'ask' }, argument }],
    ['a', { ref: { type: 'ref/resource', uri: 'a://{id}' }, argument }],
  ])
  expect(
    await resolve('completion/complete', { ref: { type: 'ref/prompt', name: 'ask' }, argument }),
  ).toMatchObject({
    kind: 'error',
    code: -32602,
  })
})

test('the log level is told to every server that logs, and one that refuses does not fail the client', async () => {
  const levels: unknown[] = []
  const logging = toolServer('a', [], { 'logging/setLevel': (params) => (levels.push(params), {}) })
  const { answerOf } = aggregateOf([logging, toolServer('b', [])])
  expect(await answerOf('logging/setLevel', { level: 'debug' })).toEqual({})
  expect(levels).toEqual([{ level: 'debug' }])
})

test('an error of a server is passed on with its own code, message and data', async () => {
  const { resolve } = aggregateOf([
    toolServer('a', [], { 'prompts/list': () => ({ prompts: [{ name: 'p' }] }) }),
  ])
  expect(
    await resolve('completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, argument: {} }),
  ).toMatchObject({ kind: 'error', code: -32601, message: 'unknown method' })
})

test('ping is answered here, notifications reach all, and a cursor that was never given is refused', async () => {
  const { resolve, answerOf, asked } = aggregateOf([toolServer('a', ['echo'])])
  expect(await answerOf('ping')).toEqual({})
  expect(asked).toEqual([])
  expect(await resolve('notifications/initialized', undefined, { kind: 'notification' })).toEqual({
    kind: 'answer',
    resultText: '',
  })
  expect(
    await resolve('notifications/roots/list_changed', undefined, { kind: 'notification' }),
  ).toEqual({
    kind: 'broadcast',
  })
  expect(await resolve('tools/list', { cursor: 'x' })).toMatchObject({
    kind: 'error',
    code: -32602,
  })
  expect(await resolve('no/such')).toMatchObject({ kind: 'error', code: -32601, status: 404 })
})
