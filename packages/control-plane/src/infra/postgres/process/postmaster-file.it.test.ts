import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive, readPostmasterFile } from './postmaster-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-lock-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function read(text: string) {
  await writeFile(join(folder, 'postmaster.pid'), text)
  return readPostmasterFile(folder)
}

test('a whole file names the process and its socket', async () => {
  const text = '4711\n/data\n1795366619\n5432\n/socket\n\n  9977954    131110\nready   \n'
  expect(await read(text)).toEqual({
    pid: 4711,
    dataDir: '/data',
    port: 5432,
    socketDir: '/socket',
  })
})

test('no file, an empty one and one that was cut name nobody', async () => {
  expect(await readPostmasterFile(join(folder, 'nowhere'))).toBeUndefined()
  for (const text of [
    '',
    '4711',
    '4711\n/data\n',
    '-1\n/d\n1\n5432\n/s\n',
    '0\n/d\n1\n5432\n/s\n',
  ]) {
    expect(await read(text)).toBeUndefined()
  }
})

test('whatever is in it, it never names process 0, 1 or a group', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('0', '1', '-', '\n', '/', 'x', ' ') }),
      async (text) => {
        const found = await read(text)
        expect(found === undefined || found.pid > 1).toBe(true)
      },
    ),
    { numRuns: 50 },
  )
})

test('a process of ours lives, and one that cannot be does not', () => {
  expect(isAlive(process.pid)).toBe(true)
  expect(isAlive(2 ** 30)).toBe(false)
})
