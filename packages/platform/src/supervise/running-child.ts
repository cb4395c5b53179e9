import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { LastWords } from './last-words.ts'
import type { Command } from './child-command.ts'

/** What a process of the platform says on its standard output when it serves. */
export type Ready = { readonly ready: true; readonly url: string }

/** How a process ended. */
export type Exit = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lastWords: string | undefined
}

/** One life of a child process: from its start to its end. */
export type RunningChild = {
  readonly pid: number
  /** Resolves with the ready line; rejects never: race it with `exited`. */
  readonly ready: Promise<Ready>
  readonly exited: Promise<Exit>
  signal(name: NodeJS.Signals): void
}

/** What a child runs, and where what it says goes. */
export type ChildLife = {
  readonly command: Command
  readonly cwd: string
  /** Asked at each start: an address may have moved since the last one. */
  readonly env: () => Readonly<Record<string, string>>
  readonly log: (text: string) => void
}

/** Starts a child. Its standard input is a pipe of ours: its end tells the child that we are gone. */
export function startChild(life: ChildLife): RunningChild {
  const child = spawn(life.command.file, [...life.command.args], {
    cwd: life.cwd,
    env: life.env(),
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop all in order.
    detached: true,
  })
  child.stdin.on('error', () => undefined) // it is only held open; a dead reader is told by `exited`
  const lastWords = new LastWords()
  const ready = readyLine(child.stdout, life.log)
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords.hear(line)
    life.log(`${line}\n`)
  })
  return {
    pid: child.pid ?? 0,
    ready,
    exited: exitOf(child, lastWords),
    signal: (name) => void child.kill(name),
  }
}

function readyLine(output: Readable, log: (text: string) => void): Promise<Ready> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      const ready = parseReady(line)
      if (ready === undefined) log(`${line}\n`)
      else resolve(ready)
    })
  })
}

function parseReady(line: string): Ready | undefined {
  if (!line.startsWith('{"ready":true')) return undefined
  const { url } = JSON.parse(line) as { url?: unknown }
  return { ready: true, url: typeof url === 'string' ? url : '' }
}

function exitOf(child: ChildProcess, lastWords: LastWords): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      lastWords.hear(error.message)
      if (child.pid === undefined) resolve({ code: null, signal: null, lastWords: error.message })
    })
    // `close` and not `exit`: only then has everything that it said been heard
    child.once('close', (code, signal) => {
      resolve({ code, signal, lastWords: lastWords.sentence() })
    })
  })
}
