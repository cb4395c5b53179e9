import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { startPagedServer, type ToolPage } from './paged-server.ts'
import { callText, ERAS, listTools, openAsker, resultOf } from './raw-asker.ts'

const NO_PAGE: ToolPage = { names: [] }
let servers: Record<string, Awaited<ReturnType<typeof startPagedServer>>>
let relay: TestRelay
beforeAll(async () => {
  servers = {
    // Three pages, an empty one among them.
    honest: await startPagedServer(
      {
        '': { names: ['first'], nextCursor: 'two' },
        two: { names: [], nextCursor: 'three' },
        three: { names: ['last'] },
      },
      () => NO_PAGE,
    ),
    // The second page leads back to itself, and repeats.
    looping: await startPagedServer(
      {
        '': { names: ['loop-a'], nextCursor: 'again' },
        again: { names: ['loop-a', 'loop-b'], nextCursor: 'again' },
      },
      () => NO_PAGE,
    ),
    // It does not read cursors: every page is the first one, and says that there is another.
    deaf: await startPagedServer({}, (cursor) => ({ names: ['deaf'], nextCursor: `${cursor}x` })),
  }
  const staged = Object.entries(servers).map(
    ([alias, { url }]) =>
      [alias, { era: 'legacy', transport: { kind: 'http', url, headers: {} } }] as const,
  )
  relay = await startTestRelay(Object.fromEntries(staged))
})
afterAll(async () => {
  await relay.close()
  for (const server of Object.values(servers)) await server.close()
})

it.each(ERAS)('a %s client sees the tools of all pages once, and calls the last', async (era) => {
  const ask = await openAsker(era, relay.aggregated)
  const names = (await listTools(ask)).map(({ name }) => name)
  expect(names).toEqual(['deaf', 'first', 'last', 'loop-a', 'loop-b'])
  expect(await callText(ask, 'last')).toContain('called last')
})

it.each(ERAS)('a %s client turns the server’s own pages at its endpoint', async (era) => {
  const ask = await openAsker(era, relay.transparent('honest'))
  const cursors: unknown[] = []
  const names: string[] = []
  for (let cursor: unknown = ''; cursor !== undefined;) {
    const page = resultOf(await ask('tools/list', cursor === '' ? {} : { cursor }))
    for (const { name } of page['tools'] as { name: string }[]) names.push(name)
    cursors.push(cursor)
    cursor = page['nextCursor']
  }
  expect({ cursors, names }).toEqual({ cursors: ['', 'two', 'three'], names: ['first', 'last'] })
})
