import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that was started for the bench, by its process id. */
export type ChildProgram = {
  readonly pid: number
  readonly child: ChildProcess
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>
}

/** Cores of the machine, as the layout of the bench uses them. */
export type Core = 0 | 1

/** How a program is started. */
export type ProgramOptions = {
  readonly core?: Core
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A program has this long to end after a kind signal, in milliseconds. */
const STOP_MS = 10_000

/** Programs that run; none of them outlives the bench. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** Starts a program, pinned to a core if one is named; its standard input ends when we do. */
export function startProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): ChildProgram {
  const command =
    options.core === undefined
      ? [file, ...args]
      : ['taskset', '-c', String(options.core), file, ...args]
  const child = spawn(command[0] ?? file, command.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} could not be started`)
  running.add(child)
  child.once('exit', () => running.delete(child))
  const gone = once(child, 'exit')
  // A program that breaks while nobody waits for its end must not end the bench; who waits still hears of it.
  gone.catch(() => undefined)
  return {
    pid,
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

/** Resolves with what the first line of standard output that fits says; rejects when the program ends before. */
export async function firstLine<T>(
  program: ChildProgram,
  read: (line: string) => T | undefined,
): Promise<T> {
  const { child } = program
  if (child.stdout === null || child.stderr === null) throw new Error('no output to read')
  let errors = ''
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (errors = (errors + text).slice(-2_000)))
  for await (const line of createInterface({ input: child.stdout })) {
    const found = read(line)
    if (found === undefined) continue
    child.stdout.resume()
    return found
  }
  throw new Error(`${child.spawnargs.join(' ')} ended before it was ready: ${errors}`)
}

/** The value of a JSON line with `ready: true`. */
export function readyLine(line: string): { port: number } | undefined {
  return line.startsWith('{"ready":true') ? (JSON.parse(line) as { port: number }) : undefined
}
