import type { Answer } from '../../upstream/ask.ts'
import { levelOf } from './log-level.ts'

/** The least severe level that a session's server was told to log. */
export class SessionLevel {
  readonly #ask: (method: string, paramsText: string) => Promise<Answer>
  #severity: number | undefined
  #levelSet: Promise<unknown> = Promise.resolve()

  constructor(ask: (method: string, paramsText: string) => Promise<Answer>) {
    this.#ask = ask
  }

  /** Tells the server to log at least this severity; what is less severe than a call wants is left out by the call. */
  async logFrom(severity: number): Promise<void> {
    if (this.#severity === undefined || severity < this.#severity) {
      this.#severity = severity
      const paramsText = JSON.stringify({ level: levelOf(severity) })
      this.#levelSet = this.#ask('logging/setLevel', paramsText).catch(() => {
        // The call itself is worth more than its log: a server that refuses keeps its own level.
        this.#severity = undefined
      })
    }
    await this.#levelSet
  }
}
