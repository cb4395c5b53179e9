import type { Clock } from '@mcp-orchestra/kernel'
import type { Config, Environment } from './config.ts'
import { openDatabase, type Database } from './database.ts'
import { openDataDirectory, type DataDirectory } from './data/data-directory.ts'
import { ensureSecrets, type Secrets } from './data/secrets.ts'
import { startDemoServers, type Demo } from './demo/demo.ts'
import { planEndpoints, type Endpoints } from './endpoints.ts'
import { checkNodeVersion } from './node-version.ts'
import { checkPorts } from './ports.ts'
import { controlPlaneSpec, gatewaySpec, type Surroundings } from './process-specs.ts'
import { removeRunFile, writeRunFile } from './run-file.ts'
import { SupervisedProcess, type ProcessEvent } from './supervise/supervised-process.ts'

/** What a platform is started with. */
export type PlatformOptions = {
  readonly config: Config
  readonly env: Environment
  readonly clock: Clock
  /** Ends a start between two of its steps; what has started is stopped. */
  readonly signal?: AbortSignal
  /** Hears of steps of the start, for the terminal. */
  readonly onStep?: (step: string) => void
  /** Hears of deaths and restarts. */
  readonly onEvent?: (event: ProcessEvent) => void
}

/** A platform that serves. */
export type Platform = {
  readonly endpoints: Endpoints
  readonly data: DataDirectory
  readonly secrets: Secrets
  readonly demo: Demo | undefined
  /** Every process with its id, in the order of their start. */
  processes(): { name: string; pid: number }[]
  /** Stops gateways, then the control plane, then the database; resolves when all are gone. */
  stop(): Promise<void>
}

/** Starts a platform, or refuses with one sentence and leaves nothing running. */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  checkNodeVersion(process.version)
  const { config } = options
  const data = openDataDirectory(config.dataDir, process.pid)
  const stops: (() => Promise<void> | void)[] = [() => data.close()]
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next()
  }
  try {
    return await bringUp(options, { data, stops, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

type Opened = {
  readonly data: DataDirectory
  /** What undoes the start so far, in order of doing; a step that is done adds its undoing. */
  readonly stops: (() => Promise<void> | void)[]
  readonly stop: () => Promise<void>
}

async function bringUp(options: PlatformOptions, opened: Opened): Promise<Platform> {
  const { config, env, clock } = options
  const { data, stops } = opened
  const tell = options.onEvent ?? (() => undefined)
  const step = (name: string): void => {
    options.signal?.throwIfAborted()
    options.onStep?.(name)
  }
  await checkPorts(config.host, [
    { port: config.port, variable: 'ORCHESTRA_PORT', use: 'control plane' },
    { port: config.gatewayPort, variable: 'ORCHESTRA_GATEWAY_PORT', use: 'gateway' },
  ])
  const secrets = ensureSecrets(data.secrets, config.gateways)
  const endpoints = await planEndpoints(config)
  const around: Surroundings = { config, data, endpoints, env }

  const demoServers = config.demo ? startDemoServers(around, { clock, tell }) : undefined
  if (demoServers !== undefined) stops.push(demoServers.stop)

  step('database')
  const database = await openDatabase(around, {
    monotonicMs: () => clock.monotonicMs(),
    tell(event) {
      tell(event)
      if (event.kind === 'restarted') followDatabase()
    },
  })
  stops.push(() => database.stop())

  step('control plane')
  const controlPlane = new SupervisedProcess(
    controlPlaneSpec(around, () => database.url()),
    { clock, tell },
  )
  stops.push(() => controlPlane.stop())
  let databaseUrl = database.url()
  /** A socket in a temporary directory has another path after a restart of the database. */
  function followDatabase(): void {
    if (database.url() === databaseUrl) return
    databaseUrl = database.url()
    controlPlane.renew()
  }
  await controlPlane.start()

  step(config.gateways === 1 ? 'gateway' : `${config.gateways} gateways`)
  const gateways = endpoints.slots.map(
    (slot) => new SupervisedProcess(gatewaySpec(around, slot), { clock, tell }),
  )
  stops.push(() => stopAll(gateways))
  await Promise.all(gateways.map((gateway) => gateway.start()))

  let demo: Demo | undefined
  if (demoServers !== undefined) {
    step('demo')
    demo = await demoServers.seed(secrets.operatorKey)
  }
  const { controlPlaneUrl, gatewayUrl } = endpoints
  options.signal?.throwIfAborted()
  writeRunFile(data.runFile, { pid: process.pid, controlPlaneUrl, gatewayUrl })
  stops.push(() => removeRunFile(data.runFile))

  const supervised = [controlPlane, ...gateways]
  return {
    endpoints,
    data,
    secrets,
    demo,
    processes: () => [
      ...pidOf('postgres', database),
      ...[...supervised, ...(demo?.processes ?? [])].flatMap(({ name, pid }) =>
        pid === undefined ? [] : [{ name, pid }],
      ),
    ],
    stop: opened.stop,
  }
}

async function stopAll(processes: readonly SupervisedProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.stop()))
}

function pidOf(name: string, database: Database): { name: string; pid: number }[] {
  const pid = database.pid()
  return pid === undefined ? [] : [{ name, pid }]
}
