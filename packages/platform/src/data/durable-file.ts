import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Only the owner may read. */
const PRIVATE_FILE = 0o600

/** Writes a small private file whole or not at all, and on the disk before it returns. */
export function writeFileDurably(path: string, text: string): void {
  const half = `${path}.new`
  const file = openSync(half, 'w', PRIVATE_FILE)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(half, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
