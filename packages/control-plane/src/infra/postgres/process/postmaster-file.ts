import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCode } from './binaries.ts'

/** What a running server says of itself in `postmaster.pid` (PostgreSQL src/include/utils/pidfile.h). */
export type PostmasterFile = {
  readonly pid: number
  readonly dataDir: string
  readonly socketDir: string
  readonly port: number
}

/** Reads the file; undefined when there is none or it is not complete. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return ''
    throw error
  })
  const [pidText = '', directory = '', , portText = '', socketDir = ''] = text.split('\n')
  const pid = Number.parseInt(pidText, 10)
  const port = Number.parseInt(portText, 10)
  if (!(pid > 1) || !(port > 0)) return undefined
  return { pid, dataDir: directory, socketDir, port }
}

/** Whether a process of this id exists (signal 0); one of another user's counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}
