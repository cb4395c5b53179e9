import { createIds, instant, USD, type Clock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CLAIM_MAX, readEntry } from './read-entry.ts'

const clock: Clock = { now: () => instant(1_795_350_600_000), monotonicMs: () => 0 }
const ids = createIds(clock)

const usage = {
  kind: 'usage',
  id: ids.make('evt'),
  atMs: clock.now(),
  leaseId: ids.make('les'),
  payerId: ids.make('org'),
  keyId: ids.make('key'),
  memberId: null,
  serverId: ids.make('srv'),
  publisherId: ids.make('org'),
  method: 'tools/call',
  tool: 'echo',
  priceId: ids.make('prc'),
  feeBps: 250,
  asset: USD.id,
  reserved: '1000',
  amount: '1000',
  outcome: 'complete',
  purchaseId: null,
  attempt: 1,
  snapshotVersion: 1,
  durationMs: 1,
  requestBytes: 1,
  resultBytes: 1,
}

function read(payload: string | null) {
  const payloadDigest = createHash('sha256')
    .update(payload ?? '')
    .digest('hex')
  return readEntry({ seq: 7, payload, payloadDigest, hash: payloadDigest })
}

describe('reading a journal record', () => {
  test('gives a call with its ids and amounts', () => {
    const entry = read(JSON.stringify(usage))
    expect(entry).toMatchObject({ kind: 'usage', seq: 7 })
    if (entry.kind !== 'usage') return
    expect(entry.call).toMatchObject({ id: usage.id, reserved: 1000n, amount: 1000n })
  })

  test('names the definition that the tool was bought by, when its gateway had seen it listed', () => {
    const hashOf = (more: object) => {
      const entry = read(JSON.stringify({ ...usage, ...more }))
      return entry.kind === 'usage' ? entry.call.toolHash : entry.kind
    }
    expect(hashOf({ toolHash: 'ab'.repeat(32) })).toBe('ab'.repeat(32))
    expect(hashOf({})).toBeNull()
    expect(hashOf({ toolHash: 'ab' })).toBe('unreadable')
  })

  test('whose text stays on the gateway is only counted', () => {
    expect(read(null)).toEqual({ kind: 'kept', seq: 7 })
    const outcome = { kind: 'outcome', purchaseId: 'x', requestDigest: 'y', atMs: 1, sealed: null }
    expect(read(JSON.stringify(outcome))).toEqual({ kind: 'kept', seq: 7 })
  })

  test.each<[string, Record<string, unknown>]>([
    ['a malformed id', { payerId: 'org_nobody' }],
    ['an id of another kind', { payerId: ids.make('key') }],
    ['an amount beyond all reason', { reserved: `${CLAIM_MAX + 1n}` }],
    ['a negative amount', { amount: '-1' }],
    ['a NUL in a name', { tool: 'a\u0000b' }],
    ['half a character in a name', { tool: 'a\ud83d' }],
    ['a time before there was such a thing', { atMs: -1 }],
    ['an asset with spaces', { asset: 'US D' }],
    ['a kind of its own', { kind: 'gift' }],
    ['no outcome', { outcome: undefined }],
  ])('with %s is unreadable, and says why', (_, wrong) => {
    const entry = read(JSON.stringify({ ...usage, ...wrong }))
    expect(entry.kind).toBe('unreadable')
    if (entry.kind !== 'unreadable') return
    expect(entry.reason).not.toBe('')
    expect(`${entry.reason}${entry.excerpt}`).not.toContain('\u0000')
    expect(entry.excerpt.isWellFormed()).toBe(true)
  })

  test('never throws, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .tuple(fc.constantFrom(...Object.keys(usage)), fc.jsonValue())
        .map(([name, value]) => JSON.stringify({ ...usage, [name]: value })),
    )
    fc.assert(
      fc.property(text, (payload) => {
        expect(read(payload).seq).toBe(7)
      }),
    )
  })
})
