import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDiskDirectory } from '../segment/disk-directory.ts'
import { scanJournal } from '../segment/scan-journal.ts'
import { TEST_INCARNATION } from '../testing.ts'
import { startReplyServer } from './reply-server-process.testing.ts'

const CALLERS = 16

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'killed-'))
})
afterEach(() => rm(root, { recursive: true }))

it.each([1, 3, 40, 400, 1_500])(
  'kill -9 after %i replies loses no record of a reply that a caller has',
  async (killAfter) => {
    const server = await startReplyServer(root)
    const answered: string[] = []
    let killed: Promise<void> | undefined
    let next = 0
    async function caller(): Promise<void> {
      for (;;) {
        const name = `call-${next}`
        next += 1
        try {
          await server.call(name)
        } catch (error) {
          if (killed === undefined) throw error
          return
        }
        answered.push(name)
        if (answered.length >= killAfter) killed ??= server.kill()
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
    await killed
    const found = new Map<string, number>()
    const directory = openDiskDirectory(join(root, TEST_INCARNATION))
    scanJournal(directory, TEST_INCARNATION, ({ payload }) => {
      const { call } = JSON.parse(payload.toString()) as { call: string }
      found.set(call.slice(1), (found.get(call.slice(1)) ?? 0) + 1)
    })
    expect(answered.length).toBeGreaterThanOrEqual(killAfter)
    expect(answered.filter((name) => found.get(name) !== 1)).toEqual([])
  },
)
