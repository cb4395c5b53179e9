import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The platform's program as a person runs it. */
export type MainRun = {
  readonly child: ChildProcess
  /** Everything said so far, standard output and error apart. */
  out(): string
  err(): string
  /** Resolves when the output holds the words; rejects when the program ends first. */
  says(words: string): Promise<void>
  exitCode(): Promise<number | null>
}

/** Starts `main.ts <command>` with these variables, and none of ours. */
export function runMain(command: string, variables: Record<string, string>): MainRun {
  const child = spawn(process.execPath, [MAIN, command], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const closed = once(child, 'close')
  return {
    child,
    out: () => out,
    err: () => err,
    async says(words) {
      while (!out.includes(words)) {
        const ended = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          closed.then(() => true),
        ])
        if (ended && !out.includes(words)) throw new Error(`it ended first: ${out}${err}`)
      }
    },
    async exitCode() {
      await closed
      return child.exitCode
    },
  }
}
