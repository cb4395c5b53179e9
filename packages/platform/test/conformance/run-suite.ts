import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { KeyedTarget } from '../stage/test-relay.ts'
import type { ConnectorHost } from './connector/connector-host.ts'
import { startKeyProxy } from './key-proxy.ts'
import type { Requirements } from './required-counts.ts'

/** A whole run takes 3 s here; ten times that is a hang. Milliseconds. */
const RUN_TIMEOUT_MS = 180_000
/** The suite starts all scenarios at once, and a busy machine takes its time. Milliseconds. */
const SCENARIO_TIMEOUT_MS = 120_000

const CLI = path.resolve(
  import.meta.dirname,
  '../../../../node_modules/@modelcontextprotocol/conformance/dist/index.js',
)
const CLIENT_COMMAND = path.join(import.meta.dirname, 'connector/client-command.mjs')
const EXPECTED_FAILURES = path.join(import.meta.dirname, 'expected-failures.yaml')
const Checks = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    errorMessage: z.string().optional(),
  }),
)

/** How many checks of one scenario passed and failed, and what the failed ones said. */
export type ScenarioScore = {
  readonly passed: number
  /** Different checks that passed: a client may repeat a request, and its checks with it. */
  readonly kinds: number
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

/** Runs the client side of a revision's required set; the host plays the scenarios. */
export async function runClientSuite(
  host: ConnectorHost,
  requirements: Requirements,
): Promise<SuiteRun> {
  const output = await mkdtemp(path.join(tmpdir(), 'conformance-'))
  const command = `${process.execPath} ${CLIENT_COMMAND}`
  const args = ['client', '--requirements', requirements, '--command', command]
  try {
    const timeout = ['--timeout', String(SCENARIO_TIMEOUT_MS)]
    const exitCode = await runCli([...args, ...timeout], output, { CONNECTOR_HOST: host.url })
    return { exitCode, scores: await readScores(output) }
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}

/** The names of all scenarios that the pinned suite has. */
export async function listScenarios(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'list'])
  return [...stdout.matchAll(/^ +- (\S+)/gm)].flatMap(([, name]) => name ?? [])
}

/** A scenario that no required set names, at a revision. */
export type ScenarioChoice = {
  readonly revision: Requirements | '2025-03-26'
  readonly scenario: string
}

/** Runs one server scenario; gives its score by its name. */
export async function runServerScenario({
  url,
  ...choice
}: ScenarioChoice & { readonly url: string }): Promise<Readonly<Record<string, ScenarioScore>>> {
  return await runScenario(['server', '--url', url], choice)
}

/** Runs one client scenario; the host plays it. */
export async function runClientScenario(
  host: ConnectorHost,
  choice: ScenarioChoice,
): Promise<Readonly<Record<string, ScenarioScore>>> {
  const command = `${process.execPath} ${CLIENT_COMMAND}`
  return await runScenario(['client', '--command', command], choice, { CONNECTOR_HOST: host.url })
}

async function runScenario(
  args: readonly string[],
  { revision, scenario }: ScenarioChoice,
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, ScenarioScore>> {
  const output = await mkdtemp(path.join(tmpdir(), 'conformance-'))
  // Forced, for an extension stands on no revision's timeline.
  const choice = ['--scenario', scenario, '--spec-version', revision, '--force']
  const timeout = ['--timeout', String(SCENARIO_TIMEOUT_MS)]
  try {
    await runCli([...args, ...choice, ...timeout], output, env)
    return await readScores(output)
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}

/** Runs the CLI to its end; standard output is only what the check files say again. */
function runCli(
  args: readonly string[],
  output: string,
  env: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  const files = ['--expected-failures', EXPECTED_FAILURES, '--output-dir', output]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args, ...files], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
      timeout: RUN_TIMEOUT_MS,
    })
    child.once('error', reject)
    child.once('close', resolve)
  })
}

async function readScores(output: string): Promise<Record<string, ScenarioScore>> {
  const scores: Record<string, ScenarioScore> = {}
  // Some names have a slash, so their folders are one deeper.
  for (const file of await readdir(output, { recursive: true })) {
    if (path.basename(file) !== 'checks.json') continue
    const folder = path.dirname(file)
    const scenario = /^(?:server-)?(.+?)-\d{4}-\d\d-\d\dT/.exec(folder)?.[1]
    if (scenario === undefined) throw new Error(`unknown result folder ${folder}`)
    const checks = Checks.parse(JSON.parse(await readFile(path.join(output, file), 'utf8')))
    const passed = checks.filter((check) => check.status === 'SUCCESS')
    scores[scenario] = {
      passed: passed.length,
      kinds: new Set(passed.map(({ id, name }) => `${id} ${name}`)).size,
      failed: checks.filter((check) => check.status === 'FAILURE').length,
      complaints: checks
        .filter((check) => check.status === 'FAILURE' || check.status === 'WARNING')
        .map((check) => `${check.id}: ${check.errorMessage ?? check.status}`),
    }
  }
  return scores
}
