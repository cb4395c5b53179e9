import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sampleServer } from '../../../snapshot/testing.ts'
import { aggregateOf, sampleTool, type AggregateBench, type ScriptedServer } from '../testing.ts'
import { LIST_DEADLINE_MS } from './gather.ts'
import { PAGE_ENTRIES_MAX } from './list-page.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function serverOf(
  alias: string,
  list: (params: { cursor?: string }, options: { signal?: unknown }) => unknown,
): ScriptedServer {
  return {
    server: sampleServer(alias),
    answers: {
      initialize: () => ({ capabilities: { tools: {} } }),
      'tools/list': list,
    },
  }
}
const toolsOf = (alias: string, names: readonly string[]): ScriptedServer =>
  serverOf(alias, () => ({ tools: names.map((name) => sampleTool(name)) }))

type Page = { tools: { name: string }[]; nextCursor?: string }
const pageAt = (bench: AggregateBench, cursor?: string): Promise<Page> =>
  bench.answerOf('tools/list', cursor === undefined ? {} : { cursor })
const namesOf = ({ tools }: Page): string[] => tools.map(({ name }) => name)

test('one bad tool is left out with all others in their places, and cannot be called', async () => {
  const bad = {
    name: 'bad',
    inputSchema: { type: 'object', properties: { a: { $ref: 'http://h/' } } },
  }
  const bench = aggregateOf([
    serverOf('a', () => ({ tools: [sampleTool('one'), bad, { name: 'none' }, sampleTool('two')] })),
    toolsOf('b', ['bad']),
  ])
  expect(namesOf(await pageAt(bench))).toEqual(['one', 'two', 'bad'])
  expect(await bench.resolve('tools/call', { name: 'bad' })).toMatchObject({
    kind: 'relay',
    server: { alias: 'b' },
  })
  expect(await bench.resolve('tools/call', { name: 'none' })).toMatchObject({ code: -32602 })
})

test('a tool that a server repeats, on one page or on all of them, is there once', async () => {
  let page = 0
  const ignoring = serverOf('a', () => ({
    tools: [sampleTool('one'), sampleTool('two'), sampleTool('one', { title: 'again' })],
    nextCursor: `again-${(page += 1)}`,
  }))
  const bench = aggregateOf([ignoring])
  expect(namesOf(await pageAt(bench))).toEqual(['one', 'two'])
  expect(page).toBeLessThan(5)
})

test('an empty cursor is the end, and an empty page is not', async () => {
  const pages: Record<string, object> = {
    '': { tools: [sampleTool('one')], nextCursor: 'p2' },
    p2: { tools: [], nextCursor: 'p3' },
    p3: { tools: [sampleTool('two')], nextCursor: '' },
  }
  const bench = aggregateOf([serverOf('a', ({ cursor = '' }) => pages[cursor])])
  expect(namesOf(await pageAt(bench))).toEqual(['one', 'two'])
})

const MANY = Array.from({ length: 2 * PAGE_ENTRIES_MAX + 5 }, (_, at) => `tool_${at}`)

test('a long list is given in pages, every entry once and in order, and the servers are asked once', async () => {
  const bench = aggregateOf([toolsOf('a', MANY), toolsOf('b', ['tool_3', 'last'])])
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await pageAt(bench, cursor)
    names.push(...namesOf(page))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(names).toEqual([
    ...MANY.map((name) => (name === 'tool_3' ? 'a__tool_3' : name)),
    'b__tool_3',
    'last',
  ])
  expect(bench.asked.filter(({ method }) => method === 'tools/list')).toHaveLength(2)
})

test('a cursor is good at another gateway, and refused once the list has changed or when it was never given', async () => {
  const { nextCursor = '' } = await pageAt(aggregateOf([toolsOf('a', MANY)]))
  const other = aggregateOf([toolsOf('a', MANY)])
  expect(namesOf(await pageAt(other, nextCursor))[0]).toBe(`tool_${PAGE_ENTRIES_MAX}`)
  const invented = ['x', '', Buffer.from('1000.AAAAAAAAAAAAAAAA').toString('base64url')]
  const begin = Buffer.from(nextCursor, 'base64url').toString()
  invented.push(Buffer.from(begin.replace(/^\d+/, '1001')).toString('base64url'))
  invented.push(Buffer.from(begin.replace(/^\d+/, '9000')).toString('base64url'))
  for (const cursor of invented)
    expect(await other.resolve('tools/list', { cursor })).toMatchObject({
      kind: 'error',
      code: -32602,
    })
  const changed = aggregateOf([toolsOf('a', [...MANY, 'one_more'])])
  expect(await changed.resolve('tools/list', { cursor: nextCursor })).toMatchObject({
    code: -32602,
  })
  expect(await changed.resolve('tools/list', { cursor: 5 })).toMatchObject({ code: -32602 })
})

test('a tool that was taken away between two pages is on neither', async () => {
  const bench = aggregateOf([toolsOf('a', MANY)])
  const { nextCursor = '' } = await pageAt(bench)
  bench.hand.deniedTools.add(`tool_${PAGE_ENTRIES_MAX + 1}`)
  expect(await bench.resolve('tools/list', { cursor: nextCursor })).toMatchObject({ code: -32602 })
})

test('the same authorization and configuration give the same bytes, whoever asked before and in whatever order servers answer', async () => {
  const aliases = ['c', 'a', 'b']
  const build = (delayed: string): AggregateBench =>
    aggregateOf(
      aliases.map((alias) =>
        serverOf(alias, async () => {
          if (alias === delayed) await new Promise((resolve) => void setTimeout(resolve, 100))
          return { tools: [sampleTool('same'), sampleTool(`only.${alias}`)] }
        }),
      ),
    )
  const bytesOf = async (bench: AggregateBench): Promise<unknown> => {
    const listed = bench.resolve('tools/list', {})
    await vi.advanceTimersByTimeAsync(1_000)
    return await listed
  }
  const first = await bytesOf(build('a'))
  for (const delayed of ['b', 'c']) {
    const bench = build(delayed)
    const called = bench.resolve('tools/call', { name: 'b__same' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await called).toMatchObject({ kind: 'relay', server: { alias: 'b' } })
    expect(await bytesOf(bench)).toEqual(first)
  }
})

test('a list that does not come in time is left out, and the others are shown', async () => {
  const silent = serverOf(
    'a',
    (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        const cancel = signal as AbortSignal
        cancel.addEventListener('abort', () => reject(cancel.reason as Error), { once: true })
      }),
  )
  const bench = aggregateOf([silent, toolsOf('b', ['add'])])
  const listed = pageAt(bench)
  await vi.advanceTimersByTimeAsync(LIST_DEADLINE_MS)
  expect(namesOf(await listed)).toEqual(['add'])
})

test('a price that a server writes itself is taken out: only the gateway names prices', async () => {
  const _meta = { 'io.mcp-orchestra/price': { amount: '0' }, own: 1 }
  const bench = aggregateOf([serverOf('a', () => ({ tools: [sampleTool('one', { _meta })] }))])
  const { tools } = await pageAt(bench)
  expect(tools).toEqual([sampleTool('one', { _meta: { own: 1 } })])
})

test('a name by which a tool was known before, or at its own server, is understood', async () => {
  const both = [toolsOf('a', ['echo', 'files.read']), toolsOf('b', ['echo'])]
  const bench = aggregateOf(both)
  expect(await bench.resolve('tools/call', { name: 'files.read' })).toMatchObject({
    server: { alias: 'a' },
  })
  expect(await bench.resolve('tools/call', { name: 'files_read' })).toMatchObject({
    server: { alias: 'a' },
    name: 'files.read',
  })
  bench.hand.scripts = [toolsOf('a', ['echo', 'files.read'])]
  bench.hand.nowMs += 60_000
  await pageAt(bench)
  expect(await bench.resolve('tools/call', { name: 'a__echo' })).toMatchObject({
    server: { alias: 'a' },
    name: 'echo',
  })
  expect(await bench.resolve('tools/call', { name: 'b__echo' })).toMatchObject({ code: -32602 })
})
