import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatApiKey, isWellFormedApiKey } from '@mcp-orchestra/api/api-key'
import { refuse } from '../problems.ts'
import { writeFileDurably } from './durable-file.ts'

/** The bits of every secret: beyond guessing, and what AES-256 and SHA-256 use whole. */
const SECRET_BYTES = 32

const hex = (): string => randomBytes(SECRET_BYTES).toString('hex')
const isHex = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** How a secret is made, and what one looks like: a file that holds anything else is damage. */
type SecretKind = { readonly make: () => string; readonly isValid: (text: string) => boolean }

const TOKEN: SecretKind = { make: hex, isValid: isHex }
const AES_KEY: SecretKind = {
  make: () => randomBytes(SECRET_BYTES).toString('base64'),
  isValid: (text) => /^[0-9A-Za-z+/]{43}=$/.test(text),
}
const API_KEY: SecretKind = {
  make: () => formatApiKey('live', randomBytes(SECRET_BYTES)),
  isValid: isWellFormedApiKey,
}

/** What the supervisor itself needs to know; the rest is read by the processes that use it. */
export type Secrets = {
  readonly operatorKey: string
  readonly operatorKeyFile: string
}

/** Makes the secrets that are missing and checks those that are there: one file each, mode 0600. */
export function ensureSecrets(folder: string, gateways: number): Secrets {
  const operatorKeyFile = join(folder, 'operator-key')
  ensureSecret(join(folder, 'auth'), TOKEN)
  ensureSecret(join(folder, 'sealing-key'), AES_KEY)
  ensureSecret(join(folder, 'vault-key'), AES_KEY)
  for (let slot = 1; slot <= gateways; slot += 1)
    ensureSecret(join(folder, `gateway-${slot}`), TOKEN)
  return {
    operatorKey: ensureSecret(operatorKeyFile, API_KEY),
    operatorKeyFile,
  }
}

function ensureSecret(path: string, kind: SecretKind): string {
  const found = readSecret(path)
  if (found !== undefined) {
    if (kind.isValid(found)) return found
    throw refuse('platform.data_dir_damaged', {
      detail: `The secret ${path} is damaged. Restore it from a backup; deleting it makes a new one, and what the old one protected stays locked.`,
    })
  }
  const made = kind.make()
  writeFileDurably(path, `${made}\n`)
  return made
}

/** Reads a secret's file and makes sure that only its owner can; undefined when there is none. */
export function readSecret(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    chmodSync(path, 0o600)
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw refuse('platform.data_dir_unwritable', {
      detail: `The secret ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      cause: error,
    })
  }
}
