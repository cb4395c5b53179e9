import type { ShippedRecord, UsageBatch } from '@mcp-orchestra/api/gateway-link'
import type { JournalPayload } from '@mcp-orchestra/api/journal-record'
import { createHash } from 'node:crypto'
import { genesisHash, nextHash } from '../journal/hash-chain.ts'

/** A gateway's journal for tests: writes records in a chain and cuts batches out of it. */
export interface TestJournal {
  readonly incarnationId: string
  readonly records: readonly ShippedRecord[]
  write(...payloads: readonly (JournalPayload | string | null)[]): void
  /** Records `from` to `to`, both inclusive, counted from 1; to the end by default. */
  batch(from?: number, to?: number): UsageBatch
}

/** Makes an empty journal of an incarnation. */
export function createTestJournal(incarnationId: string): TestJournal {
  const records: ShippedRecord[] = []
  let hash = genesisHash(incarnationId)
  return {
    incarnationId,
    records,
    write(...payloads) {
      for (const value of payloads) {
        const payload = value === null || typeof value === 'string' ? value : JSON.stringify(value)
        const digest = createHash('sha256')
          .update(payload ?? 'kept')
          .digest()
        const seq = records.length + 1
        hash = nextHash(hash, seq, digest)
        records.push({
          seq,
          payload,
          payloadDigest: digest.toString('hex'),
          hash: hash.toString('hex'),
        })
      }
    },
    batch: (from = 1, to = records.length) => ({
      incarnationId,
      records: records.slice(from - 1, to),
    }),
  }
}
