import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDataDirectory } from './data-directory.ts'

let parent: string
let root: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'orchestra-data-'))
  root = join(parent, 'deep', 'data')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

function refusal(open: () => unknown): Problem {
  try {
    open()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a data directory', () => {
  test('is made with its parts, closed to strangers, and known the second time', () => {
    const first = openDataDirectory(root, process.pid)
    expect(first.isNew).toBe(true)
    for (const part of [first.secrets, first.logs, first.journal, first.compileCache]) {
      expect(statSync(part).mode & 0o777).toBe(0o700)
    }
    expect(statSync(root).mode & 0o066).toBe(0)
    first.close()
    const second = openDataDirectory(root, process.pid)
    expect(second.isNew).toBe(false)
    second.close()
  })

  test('belongs to one platform at a time', () => {
    const mine = openDataDirectory(root, process.pid)
    const problem = refusal(() => openDataDirectory(root, process.pid))
    expect(problem.code).toBe('platform.data_dir_in_use')
    expect(problem.detail).toContain(`process ${process.pid}`)
    mine.close()
  })

  test('is free again when its holder is dead, also when the process id lives on as another process', () => {
    openDataDirectory(root, process.pid).close()
    writeFileSync(
      join(root, 'platform.lock'),
      JSON.stringify({ pid: 1, started: 'another boot:7' }),
    )
    openDataDirectory(root, process.pid).close()
    writeFileSync(join(root, 'platform.lock'), 'torn')
    openDataDirectory(root, process.pid).close()
  })

  test('whose place is taken by a file is refused in a sentence with the way out', () => {
    writeFileSync(join(parent, 'deep'), '')
    const problem = refusal(() => openDataDirectory(root, process.pid))
    expect(problem.code).toBe('platform.data_dir_unwritable')
    expect(problem.detail).toContain('ORCHESTRA_DATA_DIR=')
  })

  test('of a later version, or with a damaged mark, is left as it is', () => {
    openDataDirectory(root, process.pid).close()
    for (const [mark, word] of [
      ['2', 'layout 2'],
      ['garbage', 'damaged'],
    ] as const) {
      writeFileSync(join(root, 'layout'), mark)
      const problem = refusal(() => openDataDirectory(root, process.pid))
      expect(problem.code).toBe('platform.data_dir_damaged')
      expect(problem.detail).toContain(word)
      expect(readFileSync(join(root, 'layout'), 'utf8')).toBe(mark)
    }
  })
})
