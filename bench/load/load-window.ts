import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Core } from '../machine/child-program.ts'
import type { CallTarget } from './call-target.ts'
import { readWrkOutput, type LoadResult } from './wrk-output.ts'

/** One measurement of one subject. */
export type LoadWindow = {
  readonly wrk: string
  readonly target: CallTarget
  readonly clients: number
  /** Calls before the window, checked but not counted, in seconds. */
  readonly warmupS: number
  readonly windowS: number
  /** Process ids whose CPU is read at the edges of the window, in groups. */
  readonly groups: readonly (readonly number[])[]
  readonly core: Core
}

/** After the window the last calls have this long to be answered, in seconds. */
const LAST_ANSWERS_S = 15
/** wrk gives a connection up after this long, in seconds. */
const TIMEOUT_S = 20

const SCRIPT = fileURLToPath(new URL('check-replies.lua', import.meta.url))
const run = promisify(execFile)

/** Sends calls for one window and resolves with what was measured; rejects when a call stays unanswered. */
export async function runWindow(window: LoadWindow): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-window-'))
  try {
    const file = join(folder, 'window.lua')
    await writeFile(file, luaOf(window))
    const limitS = Math.ceil(window.warmupS + window.windowS + LAST_ANSWERS_S)
    const { stdout } = await run('taskset', [
      '-c',
      String(window.core),
      window.wrk,
      '-t1',
      `-c${window.clients}`,
      `-d${limitS}s`,
      '--timeout',
      `${TIMEOUT_S}s`,
      '-s',
      SCRIPT,
      window.target.url,
      '--',
      file,
    ])
    return readWrkOutput(stdout)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The window as the table that the script loads; our strings are ASCII, where JSON and Lua quote alike. */
function luaOf({ target, warmupS, windowS, groups }: LoadWindow): string {
  const requests = target.requests.map(({ before, after }) => luaList([before, after]))
  const { reply } = target
  const check =
    reply.kind === 'exact'
      ? `exact = ${luaList([reply.before, reply.after])}`
      : `needles = ${luaList(reply.needles)}`
  return `return {
  warmup_s = ${warmupS}, window_s = ${windowS},
  requests = {${requests.join(', ')}},
  idle = ${JSON.stringify(target.idle)},
  groups = {${groups.map((pids) => `{${pids.join(', ')}}`).join(', ')}},
  ${check},
}
`
}

function luaList(texts: readonly string[]): string {
  return `{${texts.map((text) => JSON.stringify(text)).join(', ')}}`
}
