import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { ERAS, openAsker, resultOf, type Asker } from './raw-asker.ts'

/** One that both servers have, and one of each alone. */
const SHARED = 'docs://guide/start.md'
const ownOf = (alias: string): string => `ui://${alias}/page.html`

async function startLibrary(alias: string): Promise<RawServer> {
  const answer = (result: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 0, result }).replace(
      '"id":0',
      `"id":${ID_MARK}`,
    )
    return { kind: 'json', text } as const
  }
  const resource = (uri: string) => ({ uri, name: uri, text: `of ${alias}` })
  const capabilities = { tools: {}, resources: {}, prompts: {} }
  const serverInfo = { name: alias, version: '1' }
  return await startRawServer({
    era: 'legacy',
    script: {
      initialize: answer({ protocolVersion: '2025-11-25', capabilities, serverInfo }),
      'resources/list': answer({ resources: [SHARED, ownOf(alias)].map(resource) }),
      'resources/read': answer({ contents: [resource(SHARED)] }),
      'prompts/list': answer({ prompts: [] }),
      [`${alias}-links`]: answer({
        content: [
          { type: 'resource_link', name: 'start', uri: SHARED },
          { type: 'resource', resource: resource(SHARED) },
        ],
      }),
    },
  })
}

const libraries: RawServer[] = []
let relay: TestRelay
beforeAll(async () => {
  const staged: [string, Parameters<typeof startTestRelay>[0][string]][] = []
  for (const alias of ['athens', 'berlin']) {
    const library = await startLibrary(alias)
    libraries.push(library)
    const transport = { kind: 'http', url: library.url, headers: {} } as const
    staged.push([alias, { era: 'legacy', transport }])
  }
  relay = await startTestRelay(Object.fromEntries(staged))
})
afterAll(async () => {
  await relay.close()
  await Promise.all(libraries.map((each) => each.close()))
})

type Contents = { uri: string; text: string }[]
const read = async (ask: Asker, uri: string): Promise<Contents> =>
  resultOf(await ask('resources/read', { uri }))['contents'] as Contents

it.each(ERAS)('for a %s client addresses stay, and each leads to its own server', async (era) => {
  const ask = await openAsker(era, relay.aggregated)
  const listed = resultOf(await ask('resources/list'))['resources'] as { uri: string }[]
  const uris = listed.map(({ uri }) => uri)
  const made = 'docs://~berlin/guide/start.md'
  expect(uris).toEqual([SHARED, ownOf('athens'), made, ownOf('berlin')])
  const owners: string[] = []
  for (const uri of uris) owners.push(...(await read(ask, uri)).map(({ text }) => text))
  expect(owners).toEqual(['of athens', 'of athens', 'of berlin', 'of berlin'])
})

it.each([
  ['legacy', 'athens'],
  ['legacy', 'berlin'],
  ['modern', 'athens'],
  ['modern', 'berlin'],
] as const)('for a %s client links in results of %s lead back to it', async (era, alias) => {
  const ask = await openAsker(era, relay.aggregated)
  const called = resultOf(await ask('tools/call', { name: `${alias}-links`, arguments: {} }))
  const [link, embedded] = called['content'] as [{ uri: string }, { resource: { uri: string } }]
  for (const uri of [link.uri, embedded.resource.uri]) {
    expect(await read(ask, uri)).toEqual([expect.objectContaining({ uri, text: `of ${alias}` })])
  }
})
