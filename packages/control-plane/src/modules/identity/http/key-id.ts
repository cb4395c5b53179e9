import { parseId, type Id } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'

/** The key that a path names; what is not an id names no key. */
export function keyIdOf(text: string): Id<'key'> {
  const id = parseId('key', text)
  if (id === undefined) throw refuse('identity.key_not_found')
  return id
}
