import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID_MARK, type RawScript } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { callText, ERAS, listTools, openAsker } from './raw-asker.ts'

const LONG = `report_${'x'.repeat(100)}`
const OWN: Readonly<Record<string, readonly string[]>> = {
  // A prefix that is already there is not put there again.
  github: ['search', 'github__search', 'github_issues'],
  gitlab: ['search', LONG],
  wiki: ['search.pages', `${LONG}y`, 'read'],
}

const servers: [string, RawServer][] = []
let relay: TestRelay
beforeAll(async () => {
  for (const [alias, names] of Object.entries(OWN)) {
    const script: Record<string, RawScript[string]> = {}
    for (const name of names) {
      const text = `{"jsonrpc":"2.0","id":${ID_MARK},"result":{"content":[{"type":"text","text":"${alias}/${name}"}]}}`
      script[name] = { kind: 'json', text }
    }
    servers.push([alias, await startRawServer({ era: 'legacy', script })])
  }
  relay = await startTestRelay(
    Object.fromEntries(
      servers.map(([alias, { url }]) => [
        alias,
        { era: 'legacy', transport: { kind: 'http', url, headers: {} } },
      ]),
    ),
  )
})
afterAll(async () => {
  await relay.close()
  for (const [, server] of servers) await server.close()
})

it.each(ERAS)('names that model APIs take lead a %s client to every tool', async (era) => {
  const ask = await openAsker(era, relay.aggregated)
  const names = (await listTools(ask)).map(({ name }) => name)
  expect(new Set(names).size).toBe(Object.values(OWN).flat().length)
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  expect(names).toEqual(expect.arrayContaining(['github_issues', 'gitlab__search', 'read']))
  const reached: string[] = []
  for (const name of names) reached.push(...(/\w+\/[\w.]+/.exec(await callText(ask, name)) ?? []))
  const all = Object.entries(OWN).flatMap(([alias, own]) => own.map((name) => `${alias}/${name}`))
  expect(reached.toSorted()).toEqual(all.toSorted())
})

it.each(ERAS)('a name that several have is not guessed for a %s client', async (era) => {
  const ask = await openAsker(era, relay.aggregated)
  await expect(callText(ask, 'search')).rejects.toThrow('gitlab__search')
})
