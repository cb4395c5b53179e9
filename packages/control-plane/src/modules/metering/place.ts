import { instant } from '@mcp-orchestra/kernel'
import type { Place } from './ports.ts'
import { refuse } from './problems.ts'

const FORM = /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** Writes a place as an opaque cursor. */
export function toCursor(place: Place): string {
  return Buffer.from(`${place.at}.${place.uuid}`).toString('base64url')
}

/** Reads a cursor that {@link toCursor} wrote; anything else is refused. */
export function fromCursor(cursor: string): Place {
  const match = FORM.exec(Buffer.from(cursor, 'base64url').toString('utf8'))
  const [, at, uuid] = match ?? []
  if (at === undefined || uuid === undefined) throw refuse('metering.cursor_unreadable')
  return { at: instant(Number.parseInt(at, 10)), uuid }
}
