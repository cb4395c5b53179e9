import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { likeForLike, type Requirements } from './required-counts.ts'
import { runKeyedSuite, type SuiteRun } from './run-suite.ts'
import { TRANSLATED, type Exceptions } from './translation-exceptions.ts'

/** The translated cells: a client of this revision, and a server that knows only the other era. */
const CELLS = [
  { requirements: '2026-07-28', era: 'legacy' },
  { requirements: '2025-11-25', era: 'modern' },
] as const

describe.each(CELLS)(
  'the server set of $requirements in front of a server that is $era only',
  ({ requirements, era }) => {
    let fixture: FixtureServer
    let relay: TestRelay

    beforeAll(async () => {
      fixture = await startFixtureServer({ era, port: 0 })
      relay = await startTestRelay({
        fixture: { era, transport: { kind: 'http', url: fixture.url, headers: {} } },
      })
    })
    afterAll(async () => {
      await relay.close()
      await fixture.close()
    })

    it.each(['transparent', 'aggregated'] as const)(
      'passes as in front of its own era through the %s endpoint, but for what the table names',
      async (endpoint) => {
        const target = endpoint === 'aggregated' ? relay.aggregated : relay.transparent('fixture')
        const run = await runKeyedSuite(target, requirements)
        expect(scoresOf(run)).toEqual(expectedScores(requirements, TRANSLATED[requirements]))
      },
    )
  },
)

type Score = { readonly passed: number; readonly failed: number }

function scoresOf(run: SuiteRun): Record<string, Score> {
  return Object.fromEntries(
    Object.entries(run.scores).map(([name, { passed, failed }]) => [name, { passed, failed }]),
  )
}

/** The scores in front of the client's own era, but where an exception says otherwise. */
function expectedScores(requirements: Requirements, exceptions: Exceptions): Record<string, Score> {
  const scores: Record<string, Score> = {}
  for (const [name, passed] of Object.entries(likeForLike(requirements))) {
    const { passed: some = passed, failed = 0 } = exceptions[name] ?? {}
    scores[name] = { passed: some, failed }
  }
  return scores
}
