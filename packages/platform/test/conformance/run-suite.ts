import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { KeyedTarget } from '../stage/test-relay.ts'
import { startKeyProxy } from './key-proxy.ts'
import type { Requirements } from './required-counts.ts'

/** A whole run takes 3 s here; ten times that is a hang. Milliseconds. */
const RUN_TIMEOUT_MS = 90_000

const CLI = path.resolve(
  import.meta.dirname,
  '../../../../node_modules/@modelcontextprotocol/conformance/dist/index.js',
)
const EXPECTED_FAILURES = path.join(import.meta.dirname, 'expected-failures.yaml')
const Checks = z.array(
  z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }),
)

/** How many checks of one scenario passed and failed, and what the failed ones said. */
export type ScenarioScore = {
  readonly passed: number
  readonly failed: number
  readonly complaints: readonly string[]
}

/** A run of the official suite against one URL: every scenario's score, by name, and the exit code. */
export type SuiteRun = {
  readonly exitCode: number | null
  readonly scores: Readonly<Record<string, ScenarioScore>>
}

/** Runs the server side of a revision's required set with the pinned CLI and reads its check files. */
export async function runServerSuite(options: {
  readonly url: string
  readonly requirements: Requirements
}): Promise<SuiteRun> {
  const output = await mkdtemp(path.join(tmpdir(), 'conformance-'))
  try {
    const exitCode = await runCli(
      `server --requirements ${options.requirements} --url ${options.url}`.split(' '),
      output,
    )
    return { exitCode, scores: await readScores(output) }
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}

/** Runs the suite against an endpoint that wants a key. */
export async function runKeyedSuite(
  target: KeyedTarget,
  requirements: Requirements,
): Promise<SuiteRun> {
  const proxy = await startKeyProxy(target.url, target.apiKey)
  try {
    return await runServerSuite({ url: proxy.url, requirements })
  } finally {
    await proxy.close()
  }
}

/** Runs the CLI to its end; standard output is only what the check files say again. */
function runCli(args: readonly string[], output: string): Promise<number | null> {
  const files = ['--expected-failures', EXPECTED_FAILURES, '--output-dir', output]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args, ...files], {
      stdio: 'ignore',
      timeout: RUN_TIMEOUT_MS,
    })
    child.once('error', reject)
    child.once('close', resolve)
  })
}

async function readScores(output: string): Promise<Record<string, ScenarioScore>> {
  const scores: Record<string, ScenarioScore> = {}
  for (const folder of await readdir(output)) {
    const scenario = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(folder)?.[1]
    if (scenario === undefined) throw new Error(`unknown result folder ${folder}`)
    const text = await readFile(path.join(output, folder, 'checks.json'), 'utf8')
    const checks = Checks.parse(JSON.parse(text))
    const failed = checks.filter((check) => check.status === 'FAILURE')
    scores[scenario] = {
      passed: checks.filter((check) => check.status === 'SUCCESS').length,
      failed: failed.length,
      complaints: checks
        .filter((check) => check.status === 'FAILURE' || check.status === 'WARNING')
        .map((check) => `${check.id}: ${check.errorMessage ?? check.status}`),
    }
  }
  return scores
}
