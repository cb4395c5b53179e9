import type { Config } from './config.ts'
import { freePort } from './ports.ts'

/** Where the processes of one platform listen and reach each other. */
export type Endpoints = {
  readonly controlPlaneUrl: string
  readonly gatewayUrl: string
  readonly slots: readonly GatewaySlot[]
}

/** One gateway process: its stable name, and the address where the others reach it alone. */
export type GatewaySlot = {
  readonly name: string
  readonly internalUrl: string
  /** Absent when the public port is its own. */
  readonly internalPort: number | undefined
}

/** Addresses of a platform. With several gateways each also gets a loopback port of its own. */
export async function planEndpoints(config: Config): Promise<Endpoints> {
  const host = reachableHost(config.host)
  const gatewayUrl = `http://${host}:${config.gatewayPort}`
  const slots: GatewaySlot[] = []
  for (let slot = 1; slot <= config.gateways; slot += 1) {
    const name = `gateway-${slot}`
    if (config.gateways === 1) {
      slots.push({ name, internalUrl: gatewayUrl, internalPort: undefined })
    } else {
      const internalPort = await freePort('127.0.0.1')
      slots.push({ name, internalUrl: `http://127.0.0.1:${internalPort}`, internalPort })
    }
  }
  return { controlPlaneUrl: `http://${host}:${config.port}`, gatewayUrl, slots }
}

/** A listening address as a place to connect to: the wildcard is reached on loopback. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
