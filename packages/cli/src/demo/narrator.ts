import { formatMs } from '../duration.ts'
import type { Style } from '../style.ts'

/** Tells a story in steps: a title, how long it took, and what was seen. */
export type Narrator = {
  /** Runs one step; its lines appear under the title when it is done. */
  step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>
  /** A line outside of any step. */
  say(line: string): void
}

/** Where the times of a step stand. */
const TIME_COLUMN = 74

/** Makes a narrator that writes finished steps. */
export function createNarrator(deps: {
  write: (text: string) => void
  style: Style
  monotonicMs: () => number
}): Narrator {
  const { write, style, monotonicMs } = deps
  let count = 0
  return {
    say: (line) => write(`${line}\n`),
    async step(title, work) {
      count += 1
      const startedMs = monotonicMs()
      const lines: string[] = []
      try {
        return await work((line) => lines.push(line))
      } finally {
        const head = `  ${String(count).padStart(2)}  ${title}`
        const took = formatMs(monotonicMs() - startedMs)
        write(
          `${style.bold(head)}${style.dim(took.padStart(Math.max(TIME_COLUMN - head.length, took.length + 2)))}\n`,
        )
        for (const line of lines) write(`      ${line}\n`)
        write('\n')
      }
    },
  }
}
