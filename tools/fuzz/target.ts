/** What is fuzzed: a reader of the gateway, and what must hold whatever it is given. */
export type Target = {
  /** Kebab-case; the corpus is in `corpus/<name>.txt`. */
  readonly name: string
  /** Inputs to begin with: one of each kind that the reader takes. */
  readonly seeds: readonly string[]
  /** Words of the format: no mutator would find them letter by letter. */
  readonly words: readonly string[]
  /** Throws when an invariant does not hold. */
  readonly run: (input: string) => void
}

/**
 * Runs a reader; gives undefined when it refused by its own kind of error. Everything else that it throws is a
 * finding, and goes on.
 */
export function refusing<T>(
  refusal: abstract new (...args: never[]) => Error,
  read: () => T,
): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof refusal) return undefined
    throw error
  }
}

/** The first line and the rest: targets that take more than one text are given them so. */
export function splitLine(input: string): readonly [string, string] {
  const end = input.indexOf('\n')
  return end === -1 ? ['', input] : [input.slice(0, end), input.slice(end + 1)]
}

/** One byte for each character: what a fuzzer writes as text and a reader takes as bytes. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Cuts bytes at the places that a line of numbers names (`3,7`). */
export function chunksOf(cuts: string, bytes: Buffer): readonly Buffer[] {
  const places = [...cuts.matchAll(/\d{1,6}/g)]
    .slice(0, CUTS_MAX)
    .map(([digits]) => Number(digits) % (bytes.length + 1))
    .toSorted((a, b) => a - b)
  const chunks: Buffer[] = []
  let at = 0
  for (const place of [...places, bytes.length]) {
    chunks.push(bytes.subarray(at, place))
    at = place
  }
  return chunks
}

/** Cuts of one input: more would only be slow. */
const CUTS_MAX = 16
