import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { startKeyProxy, type KeyProxy } from './key-proxy.ts'
import { REQUIRED_COUNTS, TOTALS, type Requirements } from './required-counts.ts'
import { runServerSuite, type SuiteRun } from './run-suite.ts'

/** The like-for-like cells: a client of this revision and a server of its era. */
const CELLS = [
  { requirements: '2025-11-25', alias: 'fixture-legacy' },
  { requirements: '2026-07-28', alias: 'fixture-modern' },
] as const

let fixture: FixtureServer
let relay: TestRelay

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'both', port: 0 })
  const transport = { kind: 'http', url: fixture.url, headers: {} } as const
  relay = await startTestRelay({
    'fixture-legacy': { era: 'legacy', transport },
    'fixture-modern': { era: 'modern', transport },
  })
})
afterAll(async () => {
  await relay.close()
  await fixture.close()
})

describe.each(CELLS)('the required server set of $requirements', ({ requirements, alias }) => {
  let direct: SuiteRun
  let relayed: SuiteRun
  let proxy: KeyProxy

  beforeAll(async () => {
    const target = relay.transparent(alias)
    proxy = await startKeyProxy(target.url, target.apiKey)
    direct = await runServerSuite({ url: fixture.url, requirements })
    relayed = await runServerSuite({ url: proxy.url, requirements })
  })
  afterAll(() => proxy.close())

  it('passes whole against the fixture server, with as many checks as ever', () => {
    expect(complaintsOf(direct, requirements)).toEqual([])
    expect(countsOf(direct, requirements)).toEqual(REQUIRED_COUNTS[requirements])
    expect(totalOf(direct)).toEqual(TOTALS[requirements])
    expect(direct.exitCode).toBe(0)
  })

  it('passes whole through the transparent endpoint, with as many checks as direct', () => {
    expect(complaintsOf(relayed, requirements)).toEqual([])
    expect(countsOf(relayed, requirements)).toEqual(REQUIRED_COUNTS[requirements])
    expect(relayed.exitCode).toBe(0)
  })

  it('scores the same through the transparent endpoint in every scenario, the unscored ones included', () => {
    expect(relayed.scores).toEqual(direct.scores)
  })
})

/** Checks passed by required scenario; one that did not run is absent, so it cannot count as a pass. */
function countsOf(run: SuiteRun, revision: Requirements): Record<string, number> {
  const required = Object.keys(REQUIRED_COUNTS[revision])
  return Object.fromEntries(
    required.flatMap((name) => {
      const score = run.scores[name]
      return score === undefined ? [] : [[name, score.passed]]
    }),
  )
}

function complaintsOf(run: SuiteRun, revision: Requirements): string[] {
  return Object.keys(REQUIRED_COUNTS[revision]).flatMap((name) =>
    (run.scores[name]?.complaints ?? []).map((complaint) => `${name}: ${complaint}`),
  )
}

function totalOf(run: SuiteRun): { passed: number; failed: number } {
  const scores = Object.values(run.scores)
  return {
    passed: scores.reduce((sum, score) => sum + score.passed, 0),
    failed: scores.reduce((sum, score) => sum + score.failed, 0),
  }
}
