import { expect, test } from 'vitest'
import { sampleServer } from '../../../snapshot/testing.ts'
import type { Route } from '../../endpoint.ts'
import { aggregateOf, sampleTool, type AggregateBench, type ScriptedServer } from '../testing.ts'

const UI =
  '{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}'

type Lists = {
  readonly tools?: readonly object[]
  readonly resources?: readonly string[]
  readonly templates?: readonly string[]
  readonly skills?: readonly object[]
}

function listServer(alias: string, lists: Lists): ScriptedServer {
  const { tools = [], resources = [], templates = [], skills } = lists
  const extensions =
    skills === undefined ? {} : { 'io.modelcontextprotocol/skills': { directoryRead: true } }
  const greeting = (): object => ({ capabilities: { tools: {}, resources: {}, extensions } })
  return {
    server: sampleServer(alias),
    answers: {
      initialize: greeting,
      'server/discover': greeting,
      'tools/list': () => ({ tools }),
      'resources/list': () => ({ resources: resources.map((uri) => ({ uri, name: uri })) }),
      'resources/templates/list': () => ({
        resourceTemplates: templates.map((uriTemplate) => ({ uriTemplate, name: uriTemplate })),
      }),
      ...(skills === undefined ? {} : { 'skills/list': () => ({ skills }) }),
    },
  }
}

const appTool = (name: string, resourceUri: string, visibility?: readonly string[]): object =>
  sampleTool(name, { _meta: { ui: { resourceUri, ...(visibility && { visibility }) }, own: 1 } })

async function readAt(
  bench: AggregateBench,
  uri: string,
  method = 'resources/read',
): Promise<unknown> {
  const route = await bench.resolve(method, { uri })
  return route.kind === 'relay' ? [route.server.alias, route.name ?? uri] : route
}

/** A result as the client gets it. */
async function shownAt(route: Route, result: object): Promise<unknown> {
  if (route.kind !== 'relay') throw new Error(JSON.stringify(route))
  const text = JSON.stringify(result)
  return JSON.parse((await route.readdress?.(text)) ?? text)
}

test('of two servers with one user interface each tool points to its own, and each is read at its own server', async () => {
  const bench = aggregateOf([
    listServer('a', { tools: [appTool('map', 'ui://app/view.html')] }),
    listServer('b', { tools: [appTool('chart', 'ui://app/view.html')] }),
  ])
  const { tools }: { tools: { _meta: { ui: { resourceUri: string }; own: number } }[] } =
    await bench.answerOf('tools/list', {}, { capabilitiesText: UI })
  expect(tools.map(({ _meta }) => [_meta.ui.resourceUri, _meta.own])).toEqual([
    ['ui://app/view.html', 1],
    ['ui://~b/app/view.html', 1],
  ])
  expect(await readAt(bench, 'ui://app/view.html')).toEqual(['a', 'ui://app/view.html'])
  expect(await readAt(bench, 'ui://~b/app/view.html')).toEqual(['b', 'ui://app/view.html'])
  const read = await bench.resolve('resources/read', { uri: 'ui://~b/app/view.html' })
  const contents = [{ uri: 'ui://app/view.html', text: '<html>', _meta: { ui: { csp: {} } } }]
  expect(await shownAt(read, { contents })).toEqual({
    contents: [{ ...contents[0], uri: 'ui://~b/app/view.html' }],
  })
})

test('a user interface that is in no list of resources is found by its tool, with or without a list before', async () => {
  const bench = aggregateOf([
    listServer('a', { resources: ['ui://a/listed'] }),
    listServer('b', { tools: [appTool('chart', 'ui://chart/view.html')] }),
  ])
  expect(await readAt(bench, 'ui://chart/view.html')).toEqual(['b', 'ui://chart/view.html'])
})

test('a resource that an earlier server’s tool claims is told apart in the list of resources too', async () => {
  const bench = aggregateOf([
    listServer('a', { tools: [appTool('map', 'ui://app')] }),
    listServer('b', { resources: ['ui://app', 'test://b'] }),
  ])
  expect(await bench.answerOf('resources/list')).toEqual({
    resources: [
      { uri: 'ui://~b/app', name: 'ui://app' },
      { uri: 'test://b', name: 'test://b' },
    ],
  })
})

test('links and embedded resources in results lead back to the server that wrote them', async () => {
  const bench = aggregateOf([
    listServer('a', {
      tools: [sampleTool('one')],
      resources: ['test://shared', 'test://a'],
      templates: ['item://{id}'],
    }),
    listServer('b', { tools: [sampleTool('two')], resources: ['test://shared', 'test://b'] }),
  ])
  const uris = ['test://shared', 'test://b', 'item://7', 'new://only/in/a/result']
  const content = [
    ...uris.map((uri) => ({ type: 'resource_link', uri, name: 'x' })),
    { type: 'resource', resource: { uri: 'test://shared', text: 'x' } },
    { type: 'text', text: 'test://shared' },
  ]
  const shown = ['test://~b/shared', 'test://b', 'item://~b/7', 'new://only/in/a/result']
  const route = await bench.resolve('tools/call', { name: 'two' })
  expect(await shownAt(route, { content, structuredContent: { uri: 'test://shared' } })).toEqual({
    content: [
      ...shown.map((uri) => ({ type: 'resource_link', uri, name: 'x' })),
      { type: 'resource', resource: { uri: 'test://~b/shared', text: 'x' } },
      { type: 'text', text: 'test://shared' },
    ],
    structuredContent: { uri: 'test://shared' },
  })
  for (const [at, uri] of shown.entries()) expect(await readAt(bench, uri)).toEqual(['b', uris[at]])
  const own = await bench.resolve('tools/call', { name: 'one' })
  const links = ['test://shared', 'test://a', 'item://7'].map((uri) => ({
    type: 'resource_link',
    uri,
    name: 'x',
  }))
  expect(await shownAt(own, { content: links })).toEqual({ content: links })
})

test('a result without URIs asks nobody for lists', async () => {
  const bench = aggregateOf([
    listServer('a', { tools: [sampleTool('one')] }),
    listServer('b', { tools: [sampleTool('two')] }),
  ])
  const route = await bench.resolve('tools/call', { name: 'two' })
  const before = bench.asked.length
  await shownAt(route, { content: [{ type: 'text', text: 'hello' }] })
  expect(bench.asked).toHaveLength(before)
})

test('a template that two servers have is told apart, and what is made from it goes to its own server', async () => {
  const bench = aggregateOf([
    listServer('a', { templates: ['item://{id}'] }),
    listServer('b', { templates: ['item://{id}'] }),
  ])
  expect(await bench.answerOf('resources/templates/list')).toMatchObject({
    resourceTemplates: [{ uriTemplate: 'item://{id}' }, { uriTemplate: 'item://~b/{id}' }],
  })
  expect(await readAt(bench, 'item://7')).toEqual(['a', 'item://7'])
  expect(await readAt(bench, 'item://~b/7')).toEqual(['b', 'item://7'])
  expect(await readAt(bench, 'item://~b/7', 'resources/subscribe')).toEqual(['b', 'item://7'])
})

test('a completion for a template that was told apart names the server’s own', async () => {
  const seen: unknown[] = []
  const server = (alias: string): ScriptedServer => {
    const { answers, ...rest } = listServer(alias, { templates: ['item://{id}'] })
    const completion = (params: unknown): object => (seen.push([alias, params]), { completion: {} })
    return { ...rest, answers: { ...answers, 'completion/complete': completion } }
  }
  const ref = { type: 'ref/resource', uri: 'item://~b/{id}' }
  await aggregateOf([server('a'), server('b')]).answerOf('completion/complete', {
    ref,
    argument: {},
  })
  expect(seen).toEqual([['b', { ref: { ...ref, uri: 'item://{id}' }, argument: {} }]])
})

test('a server whose URIs look like made ones is told apart itself, and nobody takes a made one', async () => {
  const bench = aggregateOf([
    listServer('a', { resources: ['test://x'] }),
    listServer('b', { resources: ['test://x'] }),
    listServer('c', { resources: ['test://~b/x'] }),
  ])
  const { resources }: { resources: { uri: string }[] } = await bench.answerOf('resources/list')
  const shown = resources.map(({ uri }) => uri)
  expect(shown).toEqual(['test://x', 'test://~b/x', 'test://~c/~b/x'])
  expect(await Promise.all(shown.map((uri) => readAt(bench, uri)))).toEqual([
    ['a', 'test://x'],
    ['b', 'test://x'],
    ['c', 'test://~b/x'],
  ])
})

test('a made URI of a server that the caller may not use is not found, like any other', async () => {
  const bench = aggregateOf([
    listServer('a', { resources: ['test://x'] }),
    listServer('b', { resources: ['test://x'] }),
  ])
  bench.hand.deniedServers.add(`key_01 ${sampleServer('b').id}`)
  for (const uri of ['test://~b/x', 'test://~nobody/x'])
    expect(await readAt(bench, uri)).toMatchObject({ kind: 'error', code: -32002 })
})

test('a page of the web that two servers list is the same page, once', async () => {
  const bench = aggregateOf([
    listServer('a', { resources: ['https://example.com/a'] }),
    listServer('b', { resources: ['https://example.com/a'] }),
  ])
  expect(await bench.answerOf('resources/list')).toEqual({
    resources: [{ uri: 'https://example.com/a', name: 'https://example.com/a' }],
  })
})

test('with one server nothing is renamed and no result is looked into', async () => {
  const bench = aggregateOf([
    listServer('a', { tools: [sampleTool('one')], resources: ['test://~a/x'] }),
  ])
  const route = await bench.resolve('tools/call', { name: 'one' })
  expect(route.kind === 'relay' && route.readdress).toBe(undefined)
})

const skill = (uri: string): object => ({
  uri,
  frontmatter: { name: 'refunds', description: 'Refunds.' },
  resources: [
    { uri, digest: 'sha256:a1' },
    { uri: uri.replace('SKILL.md', 'forms/a.md'), digest: 'sha256:b2' },
  ],
})

test('skills of all servers are one list, those with one URI are two skills, and digests stay', async () => {
  const bench = aggregateOf([
    listServer('a', { skills: [skill('skill://refunds/SKILL.md')] }),
    listServer('b', {
      skills: [skill('skill://refunds/SKILL.md'), skill('skill://only-b/refunds/SKILL.md')],
    }),
    listServer('c', {}),
  ])
  expect(await bench.answerOf('skills/list', {})).toEqual({
    skills: [
      skill('skill://refunds/SKILL.md'),
      skill('skill://~b/refunds/SKILL.md'),
      skill('skill://only-b/refunds/SKILL.md'),
    ],
  })
  expect(await bench.answerOf('skills/list', {}, { era: 'modern' })).toMatchObject({
    resultType: 'complete',
    cacheScope: 'private',
  })
  const uri = 'skill://~b/refunds/SKILL.md'
  for (const method of ['skills/get', 'resources/read', 'resources/directory/read'])
    expect(await readAt(bench, uri, method)).toEqual(['b', 'skill://refunds/SKILL.md'])
  const get = await bench.resolve('skills/get', { uri })
  expect(await shownAt(get, { skill: skill('skill://refunds/SKILL.md') })).toEqual({
    skill: skill('skill://~b/refunds/SKILL.md'),
  })
  for (const [at, uri] of [
    ['a', 'skill://refunds/forms/a.md'],
    ['b', 'skill://only-b/refunds/forms/a.md'],
  ] as const)
    expect(await readAt(bench, uri)).toEqual([at, uri])
  expect(await readAt(bench, 'skill://nobody/SKILL.md', 'skills/get')).toMatchObject({
    code: -32602,
  })
  const directory = await bench.resolve('resources/directory/read', { uri: 'skill://~b/refunds' })
  const children = ['skill://refunds/forms', 'skill://refunds/new.md'].map((child) => ({
    uri: child,
  }))
  expect(await shownAt(directory, { resources: children })).toEqual({
    resources: [{ uri: 'skill://~b/refunds/forms' }, { uri: 'skill://~b/refunds/new.md' }],
  })
  expect(await bench.answerOf('initialize', {})).toMatchObject({
    capabilities: { extensions: { 'io.modelcontextprotocol/skills': { directoryRead: true } } },
  })
})

test('tools of an app are for clients that show apps: others neither see nor call them', async () => {
  const bench = aggregateOf([
    listServer('a', { tools: [appTool('view', 'ui://a'), appTool('poll', 'ui://a', ['app'])] }),
  ])
  const namesFor = async (capabilitiesText: string): Promise<string[]> => {
    const { tools }: { tools: { name: string }[] } = await bench.answerOf(
      'tools/list',
      {},
      {
        capabilitiesText,
      },
    )
    return tools.map(({ name }) => name)
  }
  expect(await namesFor('{}')).toEqual(['view'])
  expect(await namesFor(UI)).toEqual(['view', 'poll'])
  const call = (capabilitiesText: string): Promise<Route> =>
    bench.resolve('tools/call', { name: 'poll' }, { capabilitiesText })
  expect(await call('{}')).toMatchObject({ kind: 'error', code: -32602 })
  expect(await call(UI)).toMatchObject({ kind: 'relay', server: { alias: 'a' } })
})

test('an app’s call by a name that two servers have reaches neither: it says what the clear names are', async () => {
  const tools = [appTool('poll', 'ui://app', ['app'])]
  const bench = aggregateOf([listServer('a', { tools }), listServer('b', { tools })])
  expect(
    await bench.resolve('tools/call', { name: 'poll' }, { capabilitiesText: UI }),
  ).toMatchObject({
    kind: 'error',
    code: -32602,
    message: 'several servers have a tool of that name: call a__poll or b__poll',
  })
  expect(
    await bench.resolve('tools/call', { name: 'b__poll' }, { capabilitiesText: UI }),
  ).toMatchObject({ kind: 'relay', server: { alias: 'b' }, name: 'poll' })
})
