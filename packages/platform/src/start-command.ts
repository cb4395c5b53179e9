import { join, relative } from 'node:path'
import type { Clock } from '@mcp-orchestra/kernel'
import { createOrchestra, OrchestraProblem } from '@mcp-orchestra/sdk'
import { parseConfig, type Environment } from './config.ts'
import { writeFileDurably } from './data/durable-file.ts'
import { openPlatform, type Platform } from './platform.ts'
import { untilStopped } from './signals.ts'
import type { ProcessEvent } from './supervise/supervised-process.ts'
import { clientConfig } from './terminal/client-config.ts'
import { startScreen, type StartFacts } from './terminal/start-screen.ts'
import type { Terminal } from './terminal/terminal.ts'
import { VERSION } from './version.ts'

/** What a command of the platform runs in. */
export type CommandContext = {
  readonly terminal: Terminal
  readonly env: Environment
  /** What follows the command's name. */
  readonly args: readonly string[]
  readonly clock: Clock
  /** When the person's wait began, on the monotonic clock. */
  readonly sinceMs: number
}

/** `npm start`: runs the platform in the foreground until a signal; resolves with the exit code. */
export async function run(context: CommandContext): Promise<number> {
  const { terminal, env, clock, sinceMs } = context
  const config = parseConfig(env)
  const stopped = untilStopped(clock)
  // Whoever insists is obeyed: the processes of the platform end when this one does.
  void stopped.second.then(() => process.exit(1))
  const abort = new AbortController()
  void stopped.first.then((signal) =>
    abort.abort(new Error(`${signal}: stopped before it was ready.`)),
  )
  const platform = await openPlatform({
    config,
    signal: abort.signal,
    env,
    clock,
    onStep: (step) => terminal.passing(`  ${terminal.style.dim(`starting: ${step} …`)}`),
    onEvent: (event) => terminal.print(tellOf(event, terminal)),
  })
  try {
    const facts = await factsOf(platform, { ...config, startedInMs: clock.monotonicMs() - sinceMs })
    terminal.print(startScreen(facts, terminal.style))
    const signal = await stopped.first
    terminal.print(`  ${terminal.style.dim(`${signal}: stopping …`)}`)
  } finally {
    await platform.stop()
  }
  terminal.print(`  ${terminal.style.dim('stopped; the next start finds everything again')}`)
  return 0
}

async function factsOf(
  platform: Platform,
  run: { startedInMs: number; gateways: number },
): Promise<StartFacts> {
  const { data, endpoints, secrets, demo } = platform
  const dataDir = shortest(data.root)
  const caller =
    demo === undefined
      ? { apiKey: secrets.operatorKey, file: `${dataDir}/secrets/operator-key`, title: '' }
      : { apiKey: demo.payer.apiKey, file: `${dataDir}/secrets/demo-payer-key`, title: 'Demo key' }
  const config = clientConfig(endpoints.gatewayUrl, caller.apiKey)
  writeFileDurably(join(data.root, 'client-config.json'), `${config}\n`)
  return {
    version: VERSION,
    ...run,
    controlPlaneUrl: endpoints.controlPlaneUrl,
    gatewayUrl: endpoints.gatewayUrl,
    dataDir,
    isNew: data.isNew,
    operatorKey: secrets.operatorKey,
    signInLink: data.isNew ? await signInLink(platform) : undefined,
    caller,
    demo: demo === undefined ? undefined : { balance: demo.balance, servers: demo.servers },
  }
}

/** A link for the owner; undefined when the control plane will not make one, which is no reason to stop. */
async function signInLink(platform: Platform): Promise<string | undefined> {
  const orchestra = createOrchestra({
    baseUrl: platform.endpoints.controlPlaneUrl,
    apiKey: platform.secrets.operatorKey,
  })
  try {
    const { member } = await orchestra.users.me()
    if (member === null) return undefined
    return (await orchestra.users.createSignInLink(member.email)).url
  } catch (error) {
    if (error instanceof OrchestraProblem) return undefined
    throw error
  }
}

function tellOf(event: ProcessEvent, { style }: Terminal): string {
  if (event.kind === 'restarted') {
    return `  ${style.good('↻')} ${event.name} runs again ${style.dim(`(process ${event.pid})`)}`
  }
  const how = event.exit.signal ?? (event.exit.code === null ? '' : `exit code ${event.exit.code}`)
  const why = [how, event.exit.lastWords].filter((part) => part !== undefined && part !== '')
  return `  ${style.bad('✗')} ${event.name} died ${style.dim(`(${why.join('; ')})`)}, starting it again in ${event.restartInMs} ms`
}

function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere !== '' && !fromHere.startsWith('..') ? fromHere : path
}
