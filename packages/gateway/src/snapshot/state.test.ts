import type { SnapshotChange } from '@mcp-orchestra/api/snapshot'
import { instant } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSnapshotState, type SnapshotState, type VersionMessage } from './state.ts'
import { sampleKey, samplePrice, sampleServer } from './testing.ts'

const EPOCH = 3
const ids = fc.constantFrom('a', 'b', 'c')

/** One change of a small world, so that the same ids and aliases are written again and again. */
const change: fc.Arbitrary<SnapshotChange> = fc.oneof(
  fc.record({ id: ids, text: fc.constantFrom('k1', 'k2', 'k3') }).map(({ id, text }) => ({
    kind: 'key' as const,
    id,
    body: sampleKey(text + id, { id }),
  })),
  fc.record({ id: ids, alias: fc.constantFrom('x', 'y') }).map(({ id, alias }) => ({
    kind: 'server' as const,
    id,
    body: sampleServer(alias + id, { id }),
  })),
  fc.record({ id: ids, version: fc.integer({ min: 1, max: 9 }) }).map(({ id, version }) => ({
    kind: 'price' as const,
    id,
    body: samplePrice({ id, version }),
  })),
  fc
    .record({ kind: fc.constantFrom('key' as const, 'server' as const, 'price' as const), id: ids })
    .map(({ kind, id }) => ({ kind, id, body: null })),
)

/** What the control plane holds after a number of changes. */
function fullAt(log: readonly SnapshotChange[], version: number): VersionMessage {
  const latest = new Map<string, SnapshotChange>()
  for (const entry of log.slice(0, version)) latest.set(`${entry.kind}:${entry.id}`, entry)
  const changes = [...latest.values()].filter(({ body }) => body !== null)
  return { type: 'full', version, epoch: EPOCH, changes }
}

/** Everything that look-ups can tell of a state. */
function visible(state: SnapshotState): unknown {
  const indexes = state.indexes()
  return {
    version: state.version(),
    servers: indexes.serverList(),
    aliases: new Map(indexes.serversByAlias),
    digests: new Map(indexes.keysByDigest),
    price: indexes.prices.inForce('srv_a', 'echo', instant(1)),
  }
}

const fresh = (): SnapshotState => createSnapshotState(() => undefined)

test('any mix of full, delta, lost, repeated and late messages converges to the state of the log', () => {
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 20 }),
      fc.array(
        fc.record({ kind: fc.constantFrom('delta', 'late', 'full', 'heartbeat'), at: fc.nat(20) }),
        {
          maxLength: 30,
        },
      ),
      (log, deliveries) => {
        const delta = (from: number, to: number): VersionMessage => ({
          type: 'delta',
          after: from,
          version: to,
          changes: log.slice(from, to),
        })
        const state = fresh()
        state.apply(fullAt(log, 0), true)
        for (const { kind, at } of deliveries) {
          const version = Math.min(at, log.length)
          const message =
            kind === 'full'
              ? fullAt(log, version)
              : kind === 'heartbeat'
                ? { type: 'heartbeat' as const, version, epoch: EPOCH }
                : kind === 'late'
                  ? delta(Math.max(0, version - 2), version)
                  : delta(state.version(), Math.max(version, state.version()))
          const before = state.version()
          const outcome = state.apply(message, false)
          // Whatever comes, the state is the log at some version, and never an older one.
          expect(state.version()).toBeGreaterThanOrEqual(before)
          const expected = fresh()
          expected.apply(fullAt(log, state.version()), true)
          expect(visible(state)).toEqual(visible(expected))
          if (outcome.kind === 'gap') state.apply(fullAt(log, log.length), true)
        }
        if (
          state.apply({ type: 'heartbeat', version: log.length, epoch: EPOCH }, false).kind !==
          'unchanged'
        ) {
          state.apply(fullAt(log, log.length), true)
        }
        const expected = fresh()
        expected.apply(fullAt(log, log.length), true)
        expect(visible(state)).toEqual(visible(expected))
      },
    ),
  )
})

test('a delta that does not follow the held version is a gap and changes nothing', () => {
  const state = fresh()
  state.apply({ type: 'full', version: 4, epoch: 1, changes: [] }, true)
  const body = sampleServer('a')
  const outcome = state.apply(
    { type: 'delta', after: 5, version: 6, changes: [{ kind: 'server', id: body.id, body }] },
    false,
  )
  expect(outcome.kind).toBe('gap')
  expect(state.version()).toBe(4)
  expect(state.indexes().serverList()).toEqual([])
})

test('another epoch is a gap: the database went back or moved', () => {
  const state = fresh()
  state.apply({ type: 'full', version: 4, epoch: 1, changes: [] }, true)
  expect(state.apply({ type: 'heartbeat', version: 4, epoch: 2 }, false).kind).toBe('gap')
})

test('a full snapshot tells of what vanished, so that calls of a lost key are aborted', () => {
  const state = fresh()
  const key = sampleKey('secret')
  state.apply(
    { type: 'full', version: 1, epoch: 1, changes: [{ kind: 'key', id: key.id, body: key }] },
    true,
  )
  const outcome = state.apply({ type: 'full', version: 2, epoch: 1, changes: [] }, false)
  expect(outcome).toEqual({ kind: 'applied', changes: [{ kind: 'key', id: key.id }] })
})

test('a body that cannot be read removes the entity instead of keeping an older one', () => {
  const unreadable: string[] = []
  const state = createSnapshotState(({ id }) => void unreadable.push(id))
  const key = sampleKey('secret')
  state.apply(
    { type: 'full', version: 1, epoch: 1, changes: [{ kind: 'key', id: key.id, body: key }] },
    true,
  )
  const broken = { ...key, ratePerMinute: 'many' }
  state.apply(
    { type: 'delta', after: 1, version: 2, changes: [{ kind: 'key', id: key.id, body: broken }] },
    false,
  )
  expect(state.indexes().keysByDigest.size).toBe(0)
  expect(unreadable).toEqual([key.id])
})

test('the highest price version whose start has come is in force', () => {
  const state = fresh()
  const versions = [
    samplePrice({ id: 'prc_1', version: 1, startsAtMs: 0 }),
    samplePrice({ id: 'prc_3', version: 3, startsAtMs: 200 }),
    samplePrice({ id: 'prc_2', version: 2, startsAtMs: 100 }),
  ]
  const changes = versions.map((body) => ({ kind: 'price' as const, id: body.id, body }))
  state.apply({ type: 'full', version: 3, epoch: 1, changes }, true)
  const inForce = (at: number): number | undefined =>
    state.indexes().prices.inForce('srv_a', 'echo', instant(at))?.version
  expect([inForce(50), inForce(100), inForce(199), inForce(200)]).toEqual([1, 2, 2, 3])
})

test('a key given a new digest is no longer found by the old one', () => {
  const state = fresh()
  const before = sampleKey('old')
  const after = sampleKey('new')
  state.apply(
    { type: 'full', version: 1, epoch: 1, changes: [{ kind: 'key', id: before.id, body: before }] },
    true,
  )
  state.apply(
    { type: 'delta', after: 1, version: 2, changes: [{ kind: 'key', id: after.id, body: after }] },
    false,
  )
  expect([...state.indexes().keysByDigest.keys()]).toEqual([after.digest])
})
