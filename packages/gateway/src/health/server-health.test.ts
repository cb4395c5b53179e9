import { instant, type Clock } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { sampleServer } from '../snapshot/testing.ts'
import { createEraBook } from './era-book.ts'
import { observeTool } from './observed-tool.ts'
import { createServerHealth } from './server-health.ts'

function bench() {
  const hand = { ms: 0 }
  const clock: Clock = { now: () => instant(hand.ms), monotonicMs: () => hand.ms }
  const health = createServerHealth(clock)
  const changes: string[] = []
  health.onChange((serverId) => changes.push(serverId))
  return { hand, clock, health, changes, server: sampleServer('a') }
}

test('a server is unknown, then healthy, degraded with the reason, and down when the breaker opens', () => {
  const { health, server } = bench()
  const states = [health.report(server.id, null).state]
  health.connected(server)
  states.push(health.report(server.id, null).state)
  health.failed(server, 'It answered 500.')
  states.push(health.report(server.id, null).state)
  expect(health.report(server.id, null).reason).toBe('It answered 500.')
  for (let failure = 0; failure < 4; failure += 1) health.failed(server, 'It answered 500.')
  states.push(health.report(server.id, null).state)
  expect(states).toEqual(['unknown', 'healthy', 'degraded', 'down'])
})

test('an open breaker refuses with the cause and when to come back, and one answer closes it', () => {
  const { health, server, hand } = bench()
  for (let failure = 0; failure < 5; failure += 1) health.failed(server, 'Its process ended.')
  const problem = health.admit(server)
  expect([problem?.code, problem?.detail, problem?.retryAfterSeconds]).toEqual([
    'health.server_down',
    'Its process ended.',
    1,
  ])
  hand.ms += 1_000
  expect(health.admit(server)).toBeUndefined()
  health.answered(server, 3)
  expect(health.admit(server)).toBeUndefined()
  expect(health.report(server.id, null).state).toBe('healthy')
})

test('latencies of the last five minutes are in every report, however often one is sent, and then no more', () => {
  const { health, server, hand } = bench()
  health.answered(server, 10)
  const slow = health.report(server.id, null).latencyMsP50
  expect(slow).toBeCloseTo(10.8, 1)
  hand.ms += 10_000
  expect(health.report(server.id, null)).toMatchObject({ latencyMsP50: slow, latencyMsP99: slow })
  hand.ms += 3 * 60_000
  for (let call = 0; call < 9; call += 1) health.answered(server, 1)
  const { latencyMsP50: fast, latencyMsP99: worst } = health.report(server.id, null)
  expect([fast, worst]).toEqual([expect.closeTo(1.1, 1), slow])
  hand.ms += 2 * 60_000
  expect(health.report(server.id, null)).toMatchObject({ latencyMsP50: fast, latencyMsP99: fast })
  hand.ms += 5 * 60_000
  expect(health.report(server.id, null)).toMatchObject({ latencyMsP50: null, latencyMsP99: null })
})

test('tools are reported once; a changed state or tool is told, the rest is not', () => {
  const { health, server, changes } = bench()
  const tool = observeTool('{"name":"echo","annotations":{"readOnlyHint":true}}')
  if (tool === undefined) throw new Error('not observed')
  health.connected(server)
  health.observe(server, [tool], true)
  health.answered(server, 10)
  health.observe(server, [tool], true)
  expect(changes).toEqual([server.id, server.id])
  const first = health.report(server.id, 'p1')
  expect(first.tools?.map(({ name }) => name)).toEqual(['echo'])
  expect(first.probeId).toBe('p1')
  expect(health.report(server.id, null).tools).toBeNull()
  expect(health.safeToRepeat(server.id, 'echo')).toBe(true)
  expect(health.safeToRepeat(server.id, 'other')).toBe(false)
  expect(health.definitionHash(server.id, 'echo')).toBe(tool.definitionHash)
  expect(health.definitionHash(server.id, 'other')).toBeUndefined()
})

test('what is reported of a tool follows its bytes: any change of the definition changes the hash', () => {
  const text = '{"name":"echo","title":"Echo","inputSchema":{"type":"object"},"x":1}'
  const tool = observeTool(text)
  expect(tool).toMatchObject({ name: 'echo', title: 'Echo', inputSchema: { type: 'object' } })
  expect(observeTool(text.replace('"x":1', '"x":2'))?.definitionHash).not.toBe(tool?.definitionHash)
  expect(observeTool('{"title":"no name"}')).toBeUndefined()
  expect(observeTool('{"name":"odd","annotations":7,"title":3}')).toMatchObject({ name: 'odd' })
})

test('the era of a server is looked at once for all who ask, kept for an hour, and not for ever', async () => {
  const { clock, hand } = bench()
  let visits = 0
  const book = createEraBook(clock, () => {
    visits += 1
    return Promise.resolve({ era: 'modern', revision: '2026-07-28' })
  })
  const server = sampleServer('a', { era: 'auto' })
  expect(await Promise.all([book.eraOf(server), book.eraOf(server)])).toEqual(['modern', 'modern'])
  hand.ms += 3_599_999
  await book.eraOf(server)
  expect(visits).toBe(1)
  hand.ms += 1
  await book.eraOf(server)
  expect(visits).toBe(2)
  expect(await book.eraOf(sampleServer('b', { era: 'legacy' }))).toBe('legacy')
  expect(visits).toBe(2)
})

test('a visit that failed is no verdict', async () => {
  const { clock } = bench()
  let isUp = false
  const book = createEraBook(clock, () =>
    isUp
      ? Promise.resolve({ era: 'legacy', revision: '2025-11-25' })
      : Promise.reject(new Error('503')),
  )
  const server = sampleServer('a', { era: 'auto' })
  await expect(book.eraOf(server)).rejects.toThrow('503')
  isUp = true
  expect(await book.eraOf(server)).toBe('legacy')
})
