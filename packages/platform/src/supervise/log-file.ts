import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** A log is turned over at this size, so that a process in distress cannot fill the disk. */
const LOG_BYTES_MAX = 10 * 1024 * 1024
/** Old logs kept beside the current one: with it, at most 40 MiB per process. */
const OLD_LOGS_MAX = 3

/** An append-only log file with a bounded size and a bounded number of predecessors. */
export class LogFile {
  readonly #path: string
  readonly #bytesMax: number
  #file: number | undefined
  #bytes: number

  constructor(path: string, bytesMax: number = LOG_BYTES_MAX) {
    this.#path = path
    this.#bytesMax = bytesMax
    this.#file = openSync(path, 'a', 0o600)
    this.#bytes = fstatSync(this.#file).size
  }

  /** Appends; turns the file over first when it is full. What a full disk refuses is lost, in silence. */
  write(chunk: string): void {
    if (this.#file === undefined) return
    try {
      if (this.#bytes >= this.#bytesMax) this.#turnOver()
      this.#bytes += writeSync(this.#file, chunk)
    } catch {
      // a full disk must not stop the platform: the process itself will say what it cannot write
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #turnOver(): void {
    this.close()
    for (let age = OLD_LOGS_MAX; age >= 1; age -= 1) {
      const younger = age === 1 ? this.#path : `${this.#path}.${age - 1}`
      if (existsSync(younger)) renameSync(younger, `${this.#path}.${age}`)
    }
    this.#file = openSync(this.#path, 'a', 0o600)
    this.#bytes = 0
  }
}
