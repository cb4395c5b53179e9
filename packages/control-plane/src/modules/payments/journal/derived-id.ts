import { deriveId, type Id } from '@mcp-orchestra/kernel'
import { createHash } from 'node:crypto'

/** The transfer id that the same parts always give: a repeat of the same movement is the same transfer. */
export function transferIdOf(...parts: readonly (string | number)[]): Id<'txn'> {
  return deriveId('txn', createHash('sha256').update(parts.join('\n')).digest())
}
