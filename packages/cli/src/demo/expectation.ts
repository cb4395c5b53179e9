/** Something that the story promised did not happen: the demo fails with this sentence. */
export class BrokenPromise extends Error {
  override name = 'BrokenPromise'
}

/** Holds the story to its word. */
export function expectThat(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new BrokenPromise(`The demo expected that ${promise}.`)
}
