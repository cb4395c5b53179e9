import { Session, type Profiler } from 'node:inspector'

/**
 * Which blocks of the gateway's code have run (V8's precise block coverage): each call of `take` tells what ran
 * since the last one. One take costs milliseconds, so it is asked for once for many inputs.
 */
export class Coverage {
  readonly #session = new Session()

  /** Begin before the code is loaded: what was compiled earlier has no counters. */
  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** The blocks that ran, as texts: file and place. */
  take(): ReadonlySet<string> {
    const blocks = new Set<string>()
    for (const script of this.#read()) {
      const file = /\/packages\/gateway\/src\/(.+)$/.exec(script.url)?.[1]
      if (file === undefined) continue
      for (const { ranges } of script.functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) blocks.add(`${file}:${startOffset}-${endOffset}`)
        }
      }
    }
    return blocks
  }

  #read(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = []
    // NOTE: a session of the same thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      taken = result
    })
    return taken
  }
}
