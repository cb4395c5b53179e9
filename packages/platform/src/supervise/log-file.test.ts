import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFile } from './log-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orchestra-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a log that is full is turned over, and never more than three old ones are kept', () => {
  const log = new LogFile(join(folder, 'x.log'), 100)
  for (let line = 0; line < 60; line += 1) log.write(`line ${String(line).padStart(4, '0')}\n`)
  log.close()
  const names = readdirSync(folder).sort()
  expect(names).toEqual(['x.log', 'x.log.1', 'x.log.2', 'x.log.3'])
  for (const name of names) {
    expect(readFileSync(join(folder, name), 'utf8').length).toBeLessThanOrEqual(110)
  }
})

test('a log goes on where the last run ended', () => {
  for (const word of ['one\n', 'two\n']) {
    const log = new LogFile(join(folder, 'x.log'))
    log.write(word)
    log.close()
  }
  expect(readFileSync(join(folder, 'x.log'), 'utf8')).toBe('one\ntwo\n')
})
