import { appendFile } from 'node:fs/promises'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Clock } from '@mcp-orchestra/kernel'
import { SESSION_TOKEN_LIFE_MS } from '../../seal/session-token.ts'

/** The sessions that may not be taken up again though their tokens still open. */
export interface EndedSessions {
  has(id: string): boolean
  /** Resolves when it is written down, where it is written down at all. */
  add(id: string): Promise<void>
}

/**
 * Ended sessions remembered at once: some 10 MB, and 4 MB of file. Beyond it the oldest is forgotten, and its
 * server's own refusal is what is left.
 */
export const ENDED_SESSIONS_MAX = 100_000

/** One line: until when it counts (epoch ms), and the session's id. */
const LINE = /^(\d{1,16}) ([\w-]{1,64})$/

/** Remembers for as long as a token lives: in memory, and in a file when one is given, which the next process reads. */
export function createEndedSessions(clock: Clock, file?: string): EndedSessions {
  const ended = file === undefined ? new Map<string, number>() : readEnded(clock, file)
  const forgetOld = (): void => {
    for (const [id, untilMs] of ended) {
      if (ended.size <= ENDED_SESSIONS_MAX && untilMs > clock.now()) return
      ended.delete(id)
    }
  }
  return {
    has: (id) => (ended.get(id) ?? 0) > clock.now(),
    async add(id) {
      if (ended.has(id)) return
      const untilMs = clock.now() + SESSION_TOKEN_LIFE_MS
      ended.set(id, untilMs)
      forgetOld()
      if (file !== undefined) await appendFile(file, `${untilMs} ${id}\n`, { mode: 0o600 })
    },
  }
}

/** What earlier processes wrote; the file is written anew without what is over, so that it does not grow for ever. */
function readEnded(clock: Clock, file: string): Map<string, number> {
  const ended = new Map<string, number>()
  for (const line of textOf(file).split('\n')) {
    const [, until = '0', id = ''] = LINE.exec(line) ?? []
    if (Number(until) > clock.now()) ended.set(id, Number(until))
  }
  const kept = [...ended].slice(-ENDED_SESSIONS_MAX)
  const text = kept.map(([id, untilMs]) => `${untilMs} ${id}\n`).join('')
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return new Map(kept)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
