import { hostname } from 'node:os'
import { overStdio, startOverHttp, type ListeningServer } from './published-server.ts'
import type { RealServers } from './real-servers.ts'

/** The published servers with MCP Apps, by alias. */
const PACKAGES = {
  budget: 'server-budget-allocator',
  map: 'server-map',
  monitor: 'server-system-monitor',
} as const

/** The page of each app. */
export const APP_PAGES = {
  budget: 'ui://budget-allocator/mcp-app.html',
  map: 'ui://cesium-map/mcp-app.html',
  monitor: 'ui://system-monitor/mcp-app.html',
} as const

/** The tool that only the monitor's app may call, and what its answer is about. */
export const APP_ONLY: { readonly tool: string; readonly says: string } = {
  tool: 'poll-system-stats',
  says: '"uptime"',
}

const CALLS: RealServers['calls'] = {
  budget: { tool: 'get-budget-data', args: {}, says: 'Budget Allocator Configuration' },
  map: { tool: 'show-map', args: { label: 'Oslo' }, says: '(Oslo)' },
  monitor: { tool: 'get-system-info', args: {}, says: hostname() },
}

/** The servers with apps, as processes of the gateway. */
export function stdioAppServers(): Pick<RealServers, 'servers' | 'calls'> {
  const servers = Object.entries(PACKAGES).map(
    ([alias, name]) => [alias, overStdio(name, ['--stdio'])] as const,
  )
  return { servers: Object.fromEntries(servers), calls: CALLS }
}

/** Starts the servers with apps over HTTP, where they keep no sessions. */
export async function startAppServers(): Promise<RealServers> {
  const started = await Promise.all(
    Object.entries(PACKAGES).map(async ([alias, name]): Promise<[string, ListeningServer]> => [
      alias,
      await startOverHttp(name),
    ]),
  )
  return {
    servers: Object.fromEntries(started.map(([alias, { server }]) => [alias, server])),
    calls: CALLS,
    close: async () => void (await Promise.all(started.map(([, each]) => each.close()))),
  }
}
