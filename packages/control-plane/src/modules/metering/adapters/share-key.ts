import { fromUuid, toUuid, type Id } from '@mcp-orchestra/kernel'

/** The id of nobody: rows that are kept for each agreement on shares apart have it where nobody shares. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** An agreement, or that there is none, as a column of a key: there null would equal nothing. */
export function shareKeyOf(id: Id<'shr'> | null): string {
  return id === null ? NOBODY : toUuid(id)
}

/** The agreement that such a column names. */
export function shareIdOf(uuid: string): Id<'shr'> | null {
  return uuid === NOBODY ? null : fromUuid('shr', uuid)
}
