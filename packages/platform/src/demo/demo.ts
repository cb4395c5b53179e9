import type { Clock } from '@mcp-orchestra/kernel'
import { freePort } from '../ports.ts'
import { nodeProcess, type Surroundings } from '../process-specs.ts'
import { SupervisedProcess, type ProcessEvent } from '../supervise/supervised-process.ts'
import { readDemoPorts, writeDemoPorts } from './demo-ports.ts'
import { demoServers, HTTP_DEMOS, type HttpDemo } from './demo-servers.ts'
import { seedDemo, type SeededDemo } from './seed.ts'

/** What the demo adds to a platform: two organizations, six servers, prices, and money to spend. */
export type Demo = SeededDemo & {
  readonly processes: readonly SupervisedProcess[]
}

/** The demo's own servers, on their way up. */
export type DemoServers = {
  /** Waits until they serve and seeds the platform through its public API; may be done again. */
  seed(operatorKey: string): Promise<Demo>
  stop(): Promise<void>
}

/** Starts the demo's own HTTP servers; they need nothing of the platform and come up beside it. */
export function startDemoServers(
  around: Surroundings,
  deps: {
    clock: Clock
    tell: (event: ProcessEvent) => void
  },
): DemoServers {
  const processes: SupervisedProcess[] = []
  const stopping = new AbortController()
  const ready = (async () => {
    const ports = await choosePorts(around)
    stopping.signal.throwIfAborted()
    for (const server of HTTP_DEMOS) {
      processes.push(new SupervisedProcess(specOf(around, server, ports[server.alias] ?? 0), deps))
    }
    const started = await Promise.all(processes.map((process) => process.start()))
    return Object.fromEntries(HTTP_DEMOS.map(({ alias }, i) => [alias, started[i]?.url ?? '']))
  })()
  // Whoever seeds hears of a failure; a platform that fails before that must not die of this one.
  ready.catch(() => undefined)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await Promise.all(processes.map((process) => process.stop()))
    await ready.catch(() => undefined)
  }
  return {
    async seed(operatorKey) {
      const seeded = await seedDemo({
        baseUrl: around.endpoints.controlPlaneUrl,
        operatorKey,
        secrets: around.data.secrets,
        servers: demoServers(around.data.demo, await ready),
      })
      return { ...seeded, processes }
    },
    stop,
  }
}

function specOf(around: Surroundings, server: HttpDemo, port: number) {
  return nodeProcess(around, {
    name: `demo-${server.alias}`,
    args: server.args(port),
    env: () => server.env(port),
  })
}

/** The same ports as last time, so that what is registered stays true; a taken one is replaced. */
async function choosePorts(around: Surroundings): Promise<Record<string, number>> {
  const known = readDemoPorts(around.data.demo)
  const ports: Record<string, number> = {}
  for (const { alias } of HTTP_DEMOS) ports[alias] = await freePort('127.0.0.1', known[alias])
  writeDemoPorts(around.data.demo, ports)
  return ports
}
