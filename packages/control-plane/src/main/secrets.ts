import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { formatApiKey, isWellFormedApiKey } from '@mcp-orchestra/api/api-key'
import { ConfigError, type GatewaySlot } from './config.ts'

const KEY_BYTES = 32
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** What must not be shown: `toJSON` and `inspect` say only that it is there. */
export type Secrets = {
  /** Signs sessions. */
  readonly auth: string
  /** 32 bytes, base64: seals what gateways keep. */
  readonly sealingKey: string
  /** Opens what is sealed in the database. */
  readonly vaultKey: Buffer
  /** The API key of the installation. */
  readonly operatorKey: string
  readonly gateways: readonly { readonly name: string; readonly secret: string }[]
  toJSON(): string
}

/**
 * Reads the secrets of an installation from `<dataDir>/secrets`, one file each, and makes those that are
 * missing (mode 0600). A second start finds the same ones.
 */
export async function openSecrets(options: {
  readonly dataDir: string
  readonly slots: readonly GatewaySlot[]
}): Promise<Secrets> {
  const folder = join(options.dataDir, 'secrets')
  // Not `recursive`: on a parent that takes no folders (some file systems answer ENOENT) it never ends.
  for (const path of [options.dataDir, folder]) await makeFolder(path)
  const file = (name: string, make: () => string) => readOrMake(join(folder, name), make)
  const gateways = await Promise.all(
    options.slots.map(async ({ name }) => ({ name, secret: await file(name, hex) })),
  )
  const operatorKey = await file('operator-key', () => formatApiKey('live', randomBytes(KEY_BYTES)))
  if (!isWellFormedApiKey(operatorKey)) {
    throw new ConfigError(`${join(folder, 'operator-key')} does not hold an API key.`)
  }
  return {
    auth: await file('auth', hex),
    sealingKey: keyOf(await file('sealing-key', base64), 'sealing-key').toString('base64'),
    vaultKey: keyOf(await file('vault-key', base64), 'vault-key'),
    operatorKey,
    gateways,
    toJSON: () => '[secrets]',
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: PRIVATE_FOLDER })
  } catch (cause) {
    if (isExisting(cause)) return
    throw new ConfigError(`The data directory cannot be written: ${path}.`, { cause })
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

async function readOrMake(path: string, make: () => string): Promise<string> {
  try {
    const made = make()
    // `wx`: of two processes that start at once, one makes it and the other reads it.
    const handle = await open(path, 'wx', PRIVATE_FILE)
    try {
      await handle.writeFile(`${made}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return made
  } catch (error) {
    if (!isExisting(error)) throw new ConfigError(`${path} cannot be written.`, { cause: error })
  }
  const text = (await readFile(path, 'utf8')).trim()
  if (text === '') throw new ConfigError(`${path} is empty.`)
  await chmod(path, PRIVATE_FILE)
  return text
}

function keyOf(text: string, name: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length !== KEY_BYTES)
    throw new ConfigError(`The secret ${name} is not 32 bytes in base64.`)
  return key
}

function hex(): string {
  return randomBytes(KEY_BYTES).toString('hex')
}

function base64(): string {
  return randomBytes(KEY_BYTES).toString('base64')
}
