import { tmpdir } from 'node:os'
import { SpoolFile } from './spool-file.ts'

/** What all spooled messages of a gateway may take on its disk at once, in bytes: four of the largest results. */
const SPOOL_BYTES_MAX = 1024 * 1024 * 1024

/** Where messages are kept that are too large for memory, until it is known whose they are. */
export class Spool {
  readonly #directory: string
  readonly #bytesMax: number
  #bytes = 0

  constructor(directory: string = tmpdir(), bytesMax: number = SPOOL_BYTES_MAX) {
    this.#directory = directory
    this.#bytesMax = bytesMax
  }

  /** What is kept now, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** A file for one message. */
  open(): SpoolFile {
    return new SpoolFile(this.#directory, {
      take: (bytes) => {
        if (this.#bytes + bytes > this.#bytesMax) return false
        this.#bytes += bytes
        return true
      },
      give: (bytes) => {
        this.#bytes -= bytes
      },
    })
  }
}
