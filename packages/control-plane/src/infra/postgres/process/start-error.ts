/** The embedded PostgreSQL cannot start; `sentence` tells a person what is wrong and what to do. */
export class PostgresStartError extends Error {
  override name = 'PostgresStartError'
  readonly sentence: string

  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.sentence = sentence
  }
}
