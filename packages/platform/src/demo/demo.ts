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
  readonly stop: () => Promise<void>
}

/** Starts the demo's own HTTP servers and seeds the platform through its public API; may be done again. */
export async function startDemo(
  around: Surroundings,
  deps: {
    operatorKey: string
    clock: Clock
    tell: (event: ProcessEvent) => void
  },
): Promise<Demo> {
  const ports = await choosePorts(around)
  const processes = HTTP_DEMOS.map(
    (server) => new SupervisedProcess(specOf(around, server, ports[server.alias] ?? 0), deps),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((process) => process.stop()))
  }
  try {
    const ready = await Promise.all(processes.map((process) => process.start()))
    const urls = Object.fromEntries(
      HTTP_DEMOS.map(({ alias }, index) => [alias, ready[index]?.url ?? '']),
    )
    const seeded = await seedDemo({
      baseUrl: around.endpoints.controlPlaneUrl,
      operatorKey: deps.operatorKey,
      secrets: around.data.secrets,
      servers: demoServers(around.data.demo, urls),
    })
    return { ...seeded, processes, stop }
  } catch (error) {
    await stop()
    throw error
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
