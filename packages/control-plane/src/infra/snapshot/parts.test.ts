import { SnapshotMessage, type SnapshotChange } from '@mcp-orchestra/api/snapshot'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLinkStream } from './link-stream.ts'
import { linesOf } from './parts.ts'

const change = fc.record({
  kind: fc.constantFrom('server', 'key', 'price'),
  id: fc.string(),
  body: fc.option(fc.dictionary(fc.string(), fc.string()), { nil: null }),
}) as fc.Arbitrary<SnapshotChange>
const message = fc.oneof(
  fc.record({
    type: fc.constant('full'),
    version: fc.nat(),
    epoch: fc.nat(),
    changes: fc.array(change),
  }),
  fc.record({
    type: fc.constant('delta'),
    after: fc.nat(),
    version: fc.nat(),
    changes: fc.array(change),
  }),
) as fc.Arbitrary<Extract<SnapshotMessage, { type: 'full' | 'delta' }>>

test('lines hold a message whole and in order, and none is longer than a part and one change', () => {
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 300 }), (sent, partChars) => {
      const lines = [...linesOf(sent, partChars)]
      const read = lines.map((line) => SnapshotMessage.parse(JSON.parse(line)))
      const changes = read.flatMap((one) => ('changes' in one ? one.changes : []))
      expect({ ...read.at(-1), changes }).toEqual(JSON.parse(JSON.stringify(sent)))
      expect(read.slice(0, -1).every(({ type }) => type === 'part')).toBe(true)
      const longest = Math.max(0, ...sent.changes.map((one) => JSON.stringify(one).length))
      // What stands around the changes, and a comma for each.
      const around = 100 + sent.changes.length
      for (const line of lines)
        expect(line.length).toBeLessThanOrEqual(Math.max(partChars, longest) + around)
    }),
  )
})

test('a gateway that is still reading a snapshot over the backlog is not cut off; one that reads nothing more is', () => {
  const stream = createLinkStream({ gateway: 'g', incarnationId: 'i', onClosed: () => undefined })
  const megabyte = 'x'.repeat(1_048_576)
  const changes = Array.from({ length: 80 }, (_, at) => ({
    kind: 'server' as const,
    id: String(at),
    body: { megabyte },
  }))
  expect(stream.send({ type: 'full', version: 1, epoch: 1, changes })).toBe(true)
  const more = { type: 'delta', after: 1, version: 2, changes: changes.slice(0, 1) } as const
  let sent = 0
  while (stream.send(more)) sent += 1
  expect(sent).toBeGreaterThan(60)
  expect(sent).toBeLessThan(70)
})
