import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Clock } from '@mcp-orchestra/kernel'
import { coalesce } from '../../snapshot/coalesce.ts'

/** Most files of a build: it has a few dozen; a folder with more is not a build of the console. */
const FILES_MAX = 1_000
/** Most bytes of a build that are held in memory, before compression: a build has about two million. */
const BYTES_MAX = 33_554_432
/** A folder is read again no sooner than this, in ms, however often a missing file is asked for. */
const RELOAD_SPACING_MS = 1_000
/** Smaller files do not get smaller on the wire, in bytes: they fit into one packet anyway. */
const COMPRESSED_BYTES_MIN = 1_024
/** Brotli's level: within a few percent of the best one, in a tenth of its time. */
const BROTLI_QUALITY = 9

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
const COMPRESSIBLE = /^(text\/|application\/(json|manifest\+json)|image\/svg)/

const compress = {
  br: (content: Buffer<ArrayBuffer>) =>
    promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  gzip: (content: Buffer<ArrayBuffer>) => promisify(gzip)(content),
} as const

/** A content encoding that files are kept in. */
export type Encoding = keyof typeof compress

/** One file of the built console, in memory. */
export type ConsoleFile = {
  readonly type: string
  /** A weak validator: of the content, whatever it is encoded in. */
  readonly etag: string
  readonly content: Buffer<ArrayBuffer>
  /** The content encoded, made once; undefined where that would not make it smaller. */
  encoded(encoding: Encoding): Promise<Buffer<ArrayBuffer>> | undefined
}

/** The files of the built console by their path on the web (`/assets/x.js`). */
export interface ConsoleFiles {
  /** Looked up in memory: a path of a request never becomes a path of this machine. */
  find(path: string): Promise<ConsoleFile | undefined>
  /** The page of the application; undefined as long as there is no build. */
  page(): Promise<ConsoleFile | undefined>
}

/** Reads a folder when it is first asked for, and again when its page has changed: a new build shows. */
export function createConsoleFiles(directory: string, clock: Clock): ConsoleFiles {
  let files = new Map<string, ConsoleFile>()
  let stamp = ''
  let readAtMs = Number.NEGATIVE_INFINITY

  const load = coalesce(async () => {
    const found = await stampOf(directory)
    readAtMs = clock.monotonicMs()
    // Between two builds there is no page for a moment: the last one stands in.
    if (found !== undefined) files = await readBuild(directory)
    stamp = found ?? stamp
  })

  return {
    async find(path) {
      const found = files.get(path)
      if (found !== undefined) return found
      if (clock.monotonicMs() - readAtMs >= RELOAD_SPACING_MS) await load()
      return files.get(path)
    },
    async page() {
      const found = await stampOf(directory)
      if (found !== undefined && found !== stamp) await load()
      return files.get('/index.html')
    },
  }
}

/** What changes with every build; undefined when there is none. */
async function stampOf(directory: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(join(directory, 'index.html'))
    return `${mtimeMs} ${size}`
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function readBuild(directory: string): Promise<Map<string, ConsoleFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  // No symbolic links, which may lead anywhere, and no source maps.
  const names = entries.filter((entry) => entry.isFile() && extname(entry.name) !== '.map')
  if (names.length > FILES_MAX) throw new Error(`more than ${FILES_MAX} files in ${directory}`)
  const files = new Map<string, ConsoleFile>()
  let bytes = 0
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    bytes += content.length
    if (bytes > BYTES_MAX) throw new Error(`more than ${BYTES_MAX} bytes in ${directory}`)
    files.set(`/${relative(directory, path).split(sep).join('/')}`, fileOf(path, content))
  }
  return files
}

function fileOf(path: string, content: Buffer<ArrayBuffer>): ConsoleFile {
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  const worthIt = content.length >= COMPRESSED_BYTES_MIN && COMPRESSIBLE.test(type)
  const made = new Map<Encoding, Promise<Buffer<ArrayBuffer>>>()
  return {
    type,
    content,
    etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    encoded(encoding) {
      if (!worthIt) return undefined
      const encoded = made.get(encoding) ?? compress[encoding](content)
      made.set(encoding, encoded)
      return encoded
    },
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  )
}
