import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { instant, type Clock, type Instant } from '@mcp-orchestra/kernel'

/** The highest sequence that the control plane ever acknowledged: when the database knows less, it went back. */
export type Acknowledgement = { readonly seq: number; readonly at: Instant }

const FILE_NAME = 'acknowledged.json'

/** What was acknowledged of the journal in this directory; sequence 0 when nothing was noted. */
export function readAcknowledgement(path: string): Acknowledgement {
  let text: string
  try {
    text = readFileSync(join(path, FILE_NAME), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { seq: 0, at: instant(0) }
    }
    throw error
  }
  const { seq, atMs } = JSON.parse(text) as { seq: number; atMs: number }
  return { seq, at: instant(atMs) }
}

/**
 * Notes an acknowledgement. Not synced: a lower number than the true one only makes a restored database
 * harder to notice, and the ledger's epoch notices it anyway (spending §5.18).
 */
export function writeAcknowledgement(path: string, seq: number, clock: Clock): void {
  const temporary = join(path, `${FILE_NAME}.new`)
  writeFileSync(temporary, JSON.stringify({ seq, atMs: clock.now() }), { mode: 0o600 })
  renameSync(temporary, join(path, FILE_NAME))
}
