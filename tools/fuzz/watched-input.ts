import { INPUT_CHARS_MAX } from './mutate.ts'

/** Turns (odd while an input runs), and the length of the input. */
const HEAD_INTEGERS = 2
const HEAD_BYTES = HEAD_INTEGERS * Int32Array.BYTES_PER_ELEMENT

/** The input that runs now, in memory that another thread can read while this one hangs. */
export class WatchedInput {
  readonly buffer: SharedArrayBuffer
  readonly #head: Int32Array
  readonly #chars: Uint16Array

  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(HEAD_BYTES + 2 * INPUT_CHARS_MAX)
    this.#head = new Int32Array(this.buffer, 0, HEAD_INTEGERS)
    this.#chars = new Uint16Array(this.buffer, HEAD_BYTES)
  }

  /** Tells what begins, or that it has ended. */
  note(input: string | undefined): void {
    if (input !== undefined) {
      const { length } = input.slice(0, INPUT_CHARS_MAX)
      for (let at = 0; at < length; at += 1) this.#chars[at] = input.charCodeAt(at)
      Atomics.store(this.#head, 1, length)
    }
    Atomics.add(this.#head, 0, 1)
  }

  /** A number that changes with each input; odd while one runs. */
  get turn(): number {
    return Atomics.load(this.#head, 0)
  }

  read(): string {
    return String.fromCharCode(...this.#chars.subarray(0, Atomics.load(this.#head, 1)))
  }
}
