import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseUpstream } from '../problems.ts'

/** What may wait for the disk before whoever writes is told to wait, in bytes. */
const UNWRITTEN_BYTES_MAX = 1024 * 1024
/** How much is read at once, in bytes. */
const PIECE_BYTES = 64 * 1024
const CIPHER = 'aes-256-ctr'

/** The room on the disk that all files share, in bytes. */
export type SpoolRoom = { take(bytes: number): boolean; give(bytes: number): void }

/**
 * One message on the disk: written once, then read once. The file has no name as soon as it is open, so that nothing
 * is left of it whatever happens, and its bytes are encrypted under a key that never leaves this object.
 */
export class SpoolFile {
  readonly #room: SpoolRoom
  readonly #key = randomBytes(32)
  readonly #iv = randomBytes(16)
  readonly #cipher = createCipheriv(CIPHER, this.#key, this.#iv)
  readonly #opened: Promise<FileHandle>
  #work: Promise<unknown>
  #bytes = 0
  #unwritten = 0
  #fault: Error | undefined
  #isClosed = false

  constructor(directory: string, room: SpoolRoom) {
    this.#room = room
    this.#opened = openNameless(directory)
    this.#work = this.#opened.catch((error: unknown) => this.#fail(error))
  }

  /** Writes more; gives a promise when whoever writes has to wait, which never rejects: reading tells what failed. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#fault !== undefined || this.#isClosed) return undefined
    if (!this.#room.take(bytes.length)) {
      this.#fault = noRoom(new Error('all the room is taken'))
      return undefined
    }
    const place = this.#bytes
    this.#bytes += bytes.length
    this.#unwritten += bytes.length
    // Sealed in its turn: what waits is held once.
    this.#work = this.#work.then(() => this.#store(bytes, place))
    return this.#unwritten > UNWRITTEN_BYTES_MAX ? this.#work.then(() => undefined) : undefined
  }

  /** What was written, once; the file is gone when the last of it was read, or the reader leaves. */
  async *read(): AsyncGenerator<Uint8Array> {
    const opener = createDecipheriv(CIPHER, this.#key, this.#iv)
    try {
      await this.#work
      const room = Buffer.alloc(PIECE_BYTES)
      for (let place = 0; place < this.#bytes;) {
        if (this.#fault !== undefined) throw this.#fault
        const file = await this.#opened
        const wanted = Math.min(PIECE_BYTES, this.#bytes - place)
        const { bytesRead } = await file.read(room, 0, wanted, place)
        if (bytesRead === 0) throw noRoom(new Error('the file is shorter than what was written'))
        place += bytesRead
        yield opener.update(room.subarray(0, bytesRead))
      }
      if (this.#fault !== undefined) throw this.#fault
    } catch (error) {
      throw this.#fault ?? noRoom(error)
    } finally {
      this.close()
    }
  }

  /** Gives it up, with what a reader is told that is still reading. */
  close(reason?: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#fault ??= reason
    this.#room.give(this.#bytes)
    void this.#work
      .then(async () => await (await this.#opened).close())
      // What could not be opened needs no closing, and what cannot be closed has no name.
      .catch(() => undefined)
  }

  async #store(bytes: Uint8Array, place: number): Promise<void> {
    try {
      if (this.#fault === undefined && !this.#isClosed) {
        const sealed = this.#cipher.update(bytes)
        await (await this.#opened).write(sealed, 0, sealed.length, place)
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#unwritten -= bytes.length
  }

  #fail(error: unknown): void {
    this.#fault ??= noRoom(error)
  }
}

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `mcp-orchestra-${randomBytes(12).toString('hex')}.spool`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

function noRoom(cause: unknown): Error {
  return refuseUpstream('upstream.busy', {
    detail: 'a large result could not be kept on the disk of the gateway until it was whole',
    cause,
  })
}
