import type { JournalCursor, UsageBatch, UsageBatchResponse } from '@mcp-orchestra/api/gateway-link'
import { genesis, nextHash } from '../segment/hash-chain.ts'
import type { UsageLink } from './shipper.ts'

/** A control plane that keeps what was posted, in memory, and checks the chain as the real one does. */
export type FakeLedger = UsageLink & {
  /** Payload texts by sequence, each posted once; null for a record that stayed on its disk. */
  readonly posted: (string | null)[]
  readonly batches: number[]
  cursor: JournalCursor
  /** Overrides the next answers, first to last; `lose` applies the batch and loses the answer. */
  readonly faults: ('lose' | 'refuse' | Error)[]
}

/** Knows one incarnation, from its first record on. */
export function createFakeLedger(incarnationId: string): FakeLedger {
  const start = genesis(incarnationId)
  const ledger: FakeLedger = {
    posted: [],
    batches: [],
    cursor: { incarnationId, seq: 0, hash: start.hash.toString('hex'), state: 'open' },
    faults: [],
    async shipUsage(batch) {
      const fault = ledger.faults.shift()
      if (fault instanceof Error) throw fault
      if (fault === 'refuse') return { applied: false, cursor: ledger.cursor }
      const response = apply(batch)
      if (fault === 'lose') throw new Error('the answer was lost')
      return response
    },
  }
  function apply(batch: UsageBatch): UsageBatchResponse {
    if (batch.records[0]?.seq !== ledger.cursor.seq + 1) {
      return { applied: false, cursor: ledger.cursor }
    }
    for (const { seq, payload, payloadDigest, hash } of batch.records) {
      const before = Buffer.from(ledger.cursor.hash, 'hex')
      const expected = nextHash(before, seq, Buffer.from(payloadDigest, 'hex')).toString('hex')
      if (seq !== ledger.cursor.seq + 1 || hash !== expected) throw new Error('the chain broke')
      ledger.posted.push(payload)
      ledger.cursor = { ...ledger.cursor, seq, hash }
      if (payload?.includes('incarnation_end') === true) ledger.cursor.state = 'ended'
    }
    ledger.batches.push(batch.records.length)
    return { applied: true, cursor: ledger.cursor }
  }
  return ledger
}
