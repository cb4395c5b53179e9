/** `npm run fuzz [-- target …] [--seconds N] [--seed N]`: coverage-guided fuzzing of the gateway's readers; see README.md. */
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { writeCorpus, writeCrash } from './corpus.ts'
import type { News, Task } from './fuzz-worker.ts'
import { TARGETS } from './targets.ts'
import { WatchedInput } from './watched-input.ts'

/** All targets in turn take this long together, in seconds. */
const SECONDS = 600
/** An input that runs longer than this hangs, in milliseconds: a hundred times what is called slow. */
const HANG_MS = 10_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, seed: { type: 'string' } },
})
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
if (chosen.length === 0) {
  say(`no such target; there are ${TARGETS.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const seconds = Number(values.seconds ?? SECONDS) / chosen.length
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
say(`seed ${seed}; ${chosen.length} targets, ${seconds.toFixed(0)} s each`)
let failed = 0
for (const { name } of chosen) if (!(await fuzz(name))) failed += 1
process.exit(failed === 0 ? 0 : 1)

/** Fuzzes one target in a thread of its own; false when an invariant was broken. */
async function fuzz(name: string): Promise<boolean> {
  const watched = new WatchedInput()
  const workerData: Task = { name, seconds, seed, buffer: watched.buffer }
  const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), { workerData })
  let last: News = { executions: 0, blocks: 0, kept: 0 }
  let turn = -1
  let hung: string | undefined
  const guard = setInterval(() => {
    if (watched.turn === turn && turn % 2 === 1) {
      hung = watched.read()
      void worker.terminate()
    }
    turn = watched.turn
  }, HANG_MS)
  worker.on('message', (news: News) => {
    last = news
    if (process.stdout.isTTY) process.stdout.write(`\r${figures(name, news)} `)
  })
  const fault = await new Promise<unknown>((resolve) => {
    worker.once('error', resolve)
    worker.once('exit', () => resolve(undefined))
  })
  clearInterval(guard)
  say(`${process.stdout.isTTY ? '\r' : ''}${figures(name, last)}`)
  const finding = hung === undefined ? last.finding : { input: hung, message: 'hangs' }
  if (finding !== undefined) {
    say(`✗ ${name}: ${finding.message}\n  the input is in ${writeCrash(name, finding.input)}`)
    return false
  }
  if (fault !== undefined) throw fault
  if (last.corpus !== undefined) writeCorpus(name, last.corpus)
  return true
}

function figures(name: string, { executions, blocks, kept, corpus }: News): string {
  const written = corpus === undefined ? '' : `, ${corpus.length} of them written`
  return `${name}: ${executions} executions, ${blocks} blocks, ${kept} inputs${written}`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
