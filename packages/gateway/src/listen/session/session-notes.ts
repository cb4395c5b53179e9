import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { uptime } from 'node:os'
import path from 'node:path'
import type { Clock } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { SESSION_TOKEN_LIFE_MS } from '../../seal/session-token.ts'

/** What a session came to have after its id was made: no id says it, and no server keeps it. */
export const Note = z.discriminatedUnion('kind', [
  /** The level at which its servers log. */
  z.object({ kind: z.literal('level'), level: z.string() }),
  z.object({ kind: z.literal('subscribed'), serverId: z.string(), uri: z.string() }),
  z.object({ kind: z.literal('unsubscribed'), serverId: z.string(), uri: z.string() }),
  /** What cannot be rebuilt: a server whose state of the session ends with this process was called. */
  z.object({ kind: z.literal('bound') }),
])
export type Note = z.infer<typeof Note>

/** Notes of sessions, written beside their processes: whoever takes a session up finds out what it had, or that nobody knows. */
export interface SessionNotes {
  /** Where the notes of sessions that begin now are kept; their ids say it. Nowhere (an empty text) when nothing can be written. */
  place(): string
  /** What was noted of a session, in order; undefined when this gateway cannot know. */
  read(place: string, id: string): readonly Note[] | undefined
  /** Written down when it returns: what the client is told after it outlives this process. */
  write(place: string, id: string, note: Note): void
}

/** A place takes new sessions for this long, in milliseconds; it is removed when the last of their ids has expired. */
const PLACE_MS = 3_600_000
/** Sessions with notes in one place: a directory of so many files is still quick. Then the next place is begun. */
const NOTED_MAX = 10_000
/** Places kept at once, of all gateways that share them; the oldest are given up, and their sessions are not taken up again. */
const PLACES_MAX = 100
/** The longest line, in characters; a session with a longer one is bound to its process. */
const NOTE_CHARS_MAX = 8_192
/** What is read of one session, in characters; more than that was not written by a client that goes on. */
const NOTES_CHARS_MAX = 4 * 1024 * 1024

/** A place's name: when it was begun (epoch ms), and what tells it from those of other gateways. */
const PLACE = /^(\d{13})-[\w-]{8}$/

/** Notes in memory: they end with the process, and the next one knows that it does not know. */
export function createMemoryNotes(): SessionNotes {
  let own = randomBytes(6).toString('base64url')
  const notes = new Map<string, Note[]>()
  return {
    place: () => own,
    read: (place, id) => (place === own ? (notes.get(id) ?? []) : undefined),
    write(place, id, note) {
      if (place !== own) return
      notes.set(id, [...(notes.get(id) ?? []), note])
      if (notes.size < NOTED_MAX) return
      // All are given up at once, and a new name says so.
      notes.clear()
      own = randomBytes(6).toString('base64url')
    },
  }
}

/**
 * Notes in a directory that the gateways of a machine may share: a folder for each place, a file for each session that
 * has notes. A place that is missing, or older than the machine's start (what was written last may not have reached the
 * disk), is one of which nothing is known. Files are appended to without `fdatasync`: they outlive a killed process.
 */
export function createSessionNotes(
  clock: Clock,
  directory: string,
  machineAgeMs: () => number = () => uptime() * 1_000,
): SessionNotes {
  let current: { readonly name: string; readonly begunMs: number; noted: number } | undefined

  const begin = (): NonNullable<typeof current> => {
    const begunMs = clock.now()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    removeOld(directory, begunMs)
    const name = `${String(begunMs).padStart(13, '0')}-${randomBytes(6).toString('base64url')}`
    mkdirSync(path.join(directory, name), { mode: 0o700 })
    return { name, begunMs, noted: 0 }
  }
  const isKnown = (place: string): boolean => {
    const begunMs = begunAt(place)
    return begunMs !== undefined && begunMs >= clock.now() - machineAgeMs()
  }
  const fileOf = (place: string, id: string): string => path.join(directory, place, id)

  return {
    place() {
      const isOver =
        current === undefined ||
        clock.now() - current.begunMs >= PLACE_MS ||
        current.noted >= NOTED_MAX
      try {
        if (isOver || current === undefined) current = begin()
        return current.name
      } catch {
        // A session begins all the same: it is one of which nobody will know anything.
        return ''
      }
    },
    read(place, id) {
      if (!isKnown(place) || !existsSync(path.join(directory, place))) return undefined
      return readNotes(fileOf(place, id))
    },
    write(place, id, note) {
      if (begunAt(place) === undefined) return
      const line = JSON.stringify(note)
      const text = line.length > NOTE_CHARS_MAX ? BOUND_LINE : line
      if (place === current?.name && !existsSync(fileOf(place, id))) current.noted += 1
      try {
        appendFileSync(fileOf(place, id), `${text}\n`, { mode: 0o600 })
      } catch {
        // What cannot be noted must not look as if nothing had happened: the place is given up, and says so by its absence.
        rmSync(path.join(directory, place), { recursive: true, force: true })
      }
    },
  }
}

const BOUND_LINE = JSON.stringify({ kind: 'bound' } satisfies Note)
const BOUND: readonly Note[] = [{ kind: 'bound' }]

function begunAt(place: string): number | undefined {
  const [, begun] = PLACE.exec(place) ?? []
  return begun === undefined ? undefined : Number(begun)
}

/** Removes places whose sessions have expired, and the oldest of too many. */
function removeOld(directory: string, nowMs: number): void {
  const places = readdirSync(directory)
    .filter((name) => PLACE.test(name))
    .toSorted()
  const keptFrom = nowMs - SESSION_TOKEN_LIFE_MS - PLACE_MS
  for (const [at, place] of places.entries()) {
    const isExpired = (begunAt(place) ?? 0) < keptFrom
    if (isExpired || places.length - at >= PLACES_MAX)
      rmSync(path.join(directory, place), { recursive: true, force: true })
  }
}

/** A session without a file has no notes; a line that does not read may have been any note. */
function readNotes(file: string): readonly Note[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  if (text.length > NOTES_CHARS_MAX) return BOUND
  const notes: Note[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const note = readNote(line)
    if (note === undefined) return BOUND
    notes.push(note)
  }
  return notes
}

function readNote(line: string): Note | undefined {
  try {
    return Note.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
