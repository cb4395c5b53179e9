import type { ShippedRecord } from '@mcp-orchestra/api/gateway-link'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestJournal } from '../testing/journal.ts'
import { genesisHash, nextHash, verifyChain } from './hash-chain.ts'

const ID = 'inc_01kaxyz0000000000000000000'
const start = { seq: 0, hash: genesisHash(ID) }
const texts = fc.array(fc.option(fc.string()), { minLength: 1, maxLength: 20 })

function journalOf(payloads: readonly (string | null)[]): readonly ShippedRecord[] {
  const journal = createTestJournal(ID)
  journal.write(...payloads)
  return journal.records
}

describe('the hash chain of a journal', () => {
  test('is as the contract says it, byte for byte', () => {
    const genesis = createHash('sha256').update(`mcp-orchestra journal v1 ${ID}`).digest()
    expect(genesisHash(ID)).toEqual(genesis)
    const digest = createHash('sha256').update('{}').digest()
    const place = Buffer.from([0, 0, 0, 0, 0, 0, 1, 0])
    const expected = createHash('sha256')
      .update(Buffer.concat([genesis, place, digest]))
      .digest()
    expect(nextHash(genesis, 256, digest)).toEqual(expected)
  })

  test('continues over any cut into batches', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (payloads, pick) => {
        const records = journalOf(payloads)
        const cut = pick % records.length
        const whole = verifyChain(start, records)
        const first = verifyChain(start, records.slice(0, cut))
        expect(first.kind).toBe('continues')
        if (first.kind !== 'continues') return
        expect(verifyChain(first.position, records.slice(cut))).toEqual(whole)
      }),
    )
  })

  test('breaks where a record is missing, changed, moved or from another journal', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (payloads, pick) => {
        const records = journalOf(payloads)
        const index = pick % records.length
        const at = records[index]
        if (at === undefined) return
        const replaced = (record: ShippedRecord) => records.map((r) => (r === at ? record : r))
        const broken = { kind: 'broken', seq: index + 1 }
        const changed = replaced({ ...at, payload: `${at.payload ?? ''} changed` })
        expect(verifyChain(start, changed)).toMatchObject(broken)
        expect(verifyChain(start, replaced({ ...at, hash: at.payloadDigest }))).toMatchObject(
          broken,
        )
        if (index < records.length - 1) {
          const without = records.filter((record) => record !== at)
          expect(verifyChain(start, without).kind).toBe('broken')
          expect(verifyChain(start, [...without, at]).kind).toBe('broken')
        }
        expect(verifyChain({ seq: 0, hash: genesisHash('inc_other') }, records).kind).toBe('broken')
      }),
    )
  })
})
