import fc from 'fast-check'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireTool } from '../../../../../tools/require-tool.ts'
import {
  startTestDatabase,
  type TestDatabase,
} from '../../../../control-plane/src/infra/postgres/testing.ts'
import { createTemplate } from './ledger-stage.ts'
import { tellStory, type Happening } from './story.ts'

const at = fc.nat(1)
const key = fc.option(fc.constantFrom('a', 'b'), { nil: undefined })
const session = fc.option(fc.constantFrom('chat', 'other chat'), { nil: undefined })
/** Around the lease's life of some minutes: within it, at its end, far beyond it. */
const ms = fc.constantFrom(1, 1_000, 30_000, 60_000, 600_000)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      at,
      key,
      byAgent: fc.boolean(),
      session,
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      at,
      outcome: fc.constantFrom('complete', 'complete', 'cancelled', 'rpc_error'),
      tokens: fc.integer({ min: 1, max: 1_010 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('stream' as const),
      at,
      tokens: fc.integer({ min: 1, max: 500 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('recall' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), at, ms }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('suspend' as const), at, ms }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose answer' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut link' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mend link' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      at,
      survives: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose disk' as const), at }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'back up' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'restore' }) },
)

/**
 * Stories per engine, from a seed that stands still: a landing tells the same ones as the day before. At
 * night `SPENDING_STORIES` tells more of them, from any `SPENDING_SEED`.
 */
const STORIES = Number(process.env['SPENDING_STORIES'] ?? 25)
const SEED = Number(process.env['SPENDING_SEED'] ?? 20_261_122)
const STORY_LENGTH_MAX = 50

/** Far above what the stories take on two busy cores. */
const STORIES_MS_MAX = 600_000

/** A plain purchase, so that no run is about nothing, and stories that once ended badly. */
const REMEMBERED: readonly (readonly Happening[])[] = [
  [
    { kind: 'begin', at: 0, key: 'a' },
    { kind: 'settle', at: 0, outcome: 'complete', tokens: 300 },
  ],
  [
    { kind: 'lose answer', at: 0 },
    { kind: 'back up' },
    { kind: 'begin', at: 0, key: undefined },
    { kind: 'settle', at: 0, outcome: 'complete', tokens: 300 },
  ],
  [
    { kind: 'begin', at: 0, key: undefined },
    { kind: 'back up' },
    { kind: 'settle', at: 0, outcome: 'complete', tokens: 300 },
    { kind: 'recall', at: 0 },
    { kind: 'restore' },
  ],
  [
    { kind: 'begin', at: 0, key: undefined },
    { kind: 'begin', at: 1, key: undefined },
    { kind: 'settle', at: 0, outcome: 'complete', tokens: 300 },
    { kind: 'back up' },
    { kind: 'crash', at: 0, survives: [false] },
    { kind: 'begin', at: 0, key: undefined },
    { kind: 'restore' },
  ],
  [
    { kind: 'begin', at: 0, key: 'a' },
    { kind: 'stream', at: 0, tokens: 400 },
    { kind: 'stream', at: 0, tokens: 400 },
    { kind: 'crash', at: 0, survives: [true] },
    { kind: 'begin', at: 0, key: 'a' },
  ],
]

/** A story with the calls that each limit is worth. */
type Example = [
  Happening[],
  { balance: number; cap: number; agent: number; session: number; isMetered: boolean },
]

async function tellStories(server: TestDatabase): Promise<void> {
  try {
    await tellStoriesOn(server)
  } finally {
    await server.stop()
  }
}

async function tellStoriesOn(server: TestDatabase): Promise<void> {
  const template = await createTemplate(server.url)
  const balances = fc.record({
    balance: fc.integer({ min: 1, max: 60 }),
    cap: fc.integer({ min: 1, max: 60 }),
    isMetered: fc.boolean(),
    agent: fc.integer({ min: 1, max: 20 }),
    session: fc.integer({ min: 1, max: 20 }),
  })
  let acknowledged = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 10, maxLength: STORY_LENGTH_MAX }),
      balances,
      async (happenings, { balance, cap, agent, session: perSession, isMetered }) => {
        const world = {
          serverUrl: server.url,
          template,
          balanceCalls: BigInt(balance),
          capCalls: BigInt(cap),
          agentCalls: BigInt(agent),
          sessionCalls: BigInt(perSession),
          slots: 2,
          isMetered,
        }
        acknowledged += (await tellStory(world, happenings)).acknowledged
      },
    ),
    {
      numRuns: STORIES,
      seed: SEED,
      examples: [false, true].flatMap((isMetered) =>
        REMEMBERED.map((story): Example => [
          [...story],
          { balance: 1, cap: 1, agent: 1, session: 1, isMetered },
        ]),
      ),
    },
  )
  expect(acknowledged).toBeGreaterThan(0)
}

describe('the spending protocol balances, loses nothing acknowledged and charges nothing twice, whatever happens', () => {
  it(
    'on the embedded PostgreSQL',
    async () => {
      const server = await startTestDatabase({ version: 18 })
      await tellStories(server)
    },
    STORIES_MS_MAX,
  )

  it(
    'on a distribution’s PostgreSQL 15',
    async (context) => {
      const postgres = requireTool(context, 'postgres15')
      const server = await startTestDatabase({ version: 15, root: dirname(dirname(postgres)) })
      await tellStories(server)
    },
    STORIES_MS_MAX,
  )
})
