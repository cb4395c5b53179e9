import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeRecord,
  RECORD_HEADER_BYTES,
  RECORD_KINDS,
  sealRecord,
  tagOf,
  type JournalEntry,
  type RecordKind,
} from './record-format.ts'
import { decodeSegmentHeader, encodeSegmentHeader } from './segment-header.ts'

const entry: fc.Arbitrary<JournalEntry> = fc.record({
  kind: fc.constantFrom(...(Object.keys(RECORD_KINDS) as RecordKind[])),
  keyed: fc.boolean(),
  text: fc.string({ unit: 'binary', maxLength: 100 }),
})

function sealed(of: JournalEntry, offset = 0): Buffer {
  const payload = Buffer.from(of.text)
  const bytes = Buffer.alloc(offset + RECORD_HEADER_BYTES + payload.length, 0xee)
  payload.copy(bytes, offset + RECORD_HEADER_BYTES)
  const place = { seq: 2 ** 40 + 7, group: 2 ** 40, previousHash: Buffer.alloc(32, 9) }
  sealRecord(bytes, offset, { ...place, tag: tagOf(of), payloadBytes: payload.length })
  return bytes
}

describe('a record', () => {
  it('reads back as it was written, at any offset', () => {
    fc.assert(
      fc.property(entry, fc.nat(70), (written, offset) => {
        const decoding = decodeRecord(sealed(written, offset), offset)
        if (decoding.outcome !== 'record') throw new Error(decoding.outcome)
        const { kind, keyed, payload, seq, group } = decoding.record
        expect({ kind, keyed }).toEqual({ kind: written.kind, keyed: written.keyed })
        expect(payload).toEqual(Buffer.from(written.text))
        expect([seq, group]).toEqual([2 ** 40 + 7, 2 ** 40])
      }),
    )
  })

  it('is none when a single bit of it changed, or its end is missing', () => {
    const bytes = sealed({ kind: 'usage', keyed: true, text: '{"a":"é"}' })
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeRecord(changed, 0).outcome).not.toBe('record')
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeRecord(bytes.subarray(0, length), 0).outcome).toBe('short')
    }
  })

  it('of a newer format is told apart from damage', () => {
    const bytes = sealed({ kind: 'usage', keyed: false, text: '{}' })
    const unknown = Buffer.from(bytes)
    const place = { seq: 1, group: 1, previousHash: Buffer.alloc(32) }
    sealRecord(unknown, 0, { ...place, tag: 99, payloadBytes: 2 })
    expect(decodeRecord(unknown, 0).outcome).toBe('unreadable')
  })

  it('cannot be found in a JSON text, whatever a caller put there', () => {
    fc.assert(
      fc.property(entry, (inner) => {
        const smuggled = JSON.stringify({ tool: sealed(inner).toString('latin1') })
        const outer = sealed({ kind: 'usage', keyed: false, text: smuggled })
        for (let at = 1; at < outer.length; at += 1) {
          expect(decodeRecord(outer, at).outcome).not.toBe('record')
        }
      }),
    )
  })

  it('is never made of arbitrary bytes, which never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = Buffer.from(bytes)
        for (let at = 0; at <= buffer.length; at += 1) {
          expect(decodeRecord(buffer, at).outcome).not.toBe('record')
        }
        expect(decodeSegmentHeader(buffer)).toBeUndefined()
      }),
    )
  })
})

describe('a segment header', () => {
  it('reads back as it was written, and not when a bit of it changed', () => {
    const header = {
      incarnationId: 'inc_01hzzzzzzzzzzzzzzzzzzzzzzz',
      ordinal: 7,
      firstSeq: 2 ** 41,
      previousHash: Buffer.alloc(32, 3),
    }
    const bytes = encodeSegmentHeader(header)
    expect(decodeSegmentHeader(bytes)).toEqual(header)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeSegmentHeader(changed)).toBeUndefined()
    }
  })
})
