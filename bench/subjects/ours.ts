import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { startPlatform, type StartedPlatform } from '../../packages/platform/src/index.ts'
import {
  callTarget,
  REWRITTEN,
  UNCHANGED,
  WITH_RECEIPT,
  type CallShape,
  type CallTarget,
} from '../load/call-target.ts'
import { openSessions } from '../load/open-sessions.ts'
import { pinTo, processTree } from '../machine/process-tree.ts'
import { STDIO_UPSTREAM } from '../upstream/start-upstream.ts'
import { TOOLS } from '../upstream/message.ts'
import type { Subject } from './subject.ts'

/** The price of a paid call, in US dollars: so small that a run never empties the balance. */
export const PRICE_USD = '0.000001'
/** What the payer begins with, in US dollars: a thousand million calls. */
export const BALANCE_USD = '1000'
/** The most that a key may do in a minute; no run gets near it. */
const RATE_PER_MINUTE = 1_000_000
/** Calls at once that the servers take: above every number of clients. */
const CONCURRENT_CALLS = 2_048

/** Aliases of the registered servers. */
const ALIASES = { modern: 'bench', legacy: 'bench-legacy', stdio: 'bench-stdio' } as const

/** Our platform with its real processes, a payer with money, and the upstreams registered. */
export type OurStage = {
  readonly platform: StartedPlatform
  readonly operator: Orchestra
  readonly payer: { readonly organizationId: string; readonly orchestra: Orchestra }
  readonly subjects: Readonly<
    Record<
      | 'free'
      | 'paid'
      | 'aggregated'
      | 'free-legacy'
      | 'modern-to-legacy'
      | 'legacy-to-modern'
      | 'stdio',
      Omit<Subject, 'name'>
    >
  >
  stop(): Promise<void>
}

/** Starts it: the gateway on core 0, control plane and database with the loader on core 1. */
export async function startOurs(upstreamUrl: string): Promise<OurStage> {
  const platform = await startPlatform({ env: { ORCHESTRA_LOG_LEVEL: 'warn' } })
  try {
    return await stage(platform, upstreamUrl)
  } catch (error) {
    await platform.stop()
    throw error
  }
}

async function stage(platform: StartedPlatform, upstreamUrl: string): Promise<OurStage> {
  const { controlPlane, gateway } = platform.urls
  const operator = createOrchestra({ baseUrl: controlPlane, apiKey: platform.apiKey })
  const modern = await register(operator, upstreamUrl)
  const { organization, secret } = await operator.users.createOrganization({ name: 'Bench payer' })
  if (secret === null) throw new Error('the organization came without a key')
  await operator.balance.topUp(organization.id, BALANCE_USD, { idempotencyKey: 'bench' })
  const orchestra = createOrchestra({ baseUrl: controlPlane, apiKey: secret })
  const key = { ratePerMinute: RATE_PER_MINUTE }
  const everywhere = await orchestra.users.issueAPIKey('organization', ['tools:call'], {
    ...key,
    name: 'bench',
  })
  // The servers list the same tools: a key for one of them, so that nothing collides where all meet.
  const alone = await orchestra.users.issueAPIKey('organization', ['tools:call'], {
    ...key,
    name: 'bench, one server',
    allow: [{ serverId: modern }],
  })
  await pinAll(platform)

  const subject = (
    title: string,
    shape: Omit<CallShape, 'apiKey'>,
    apiKey = everywhere.secret,
  ): Omit<Subject, 'name'> => {
    const target = async (clients: number): Promise<CallTarget> =>
      shape.era === 'modern'
        ? callTarget({ ...shape, apiKey })
        : callTarget({ ...shape, apiKey, sessions: await openSessions(shape.url, clients, apiKey) })
    return {
      title,
      target,
      // One process serves them all: together they are warm.
      firstWarmupS: 6,
      rootPid: pidOf(platform, 'gateway-1'),
      behindPids: () => [
        pidOf(platform, 'control-plane'),
        ...processTree(pidOf(platform, 'postgres')),
      ],
    }
  }
  const at = (alias: string): string => `${gateway}/s/${alias}/mcp`
  return {
    platform,
    operator,
    payer: { organizationId: organization.id, orchestra },
    subjects: {
      free: subject('MCP-Orchestra, free tool', {
        url: at(ALIASES.modern),
        tool: TOOLS.free,
        era: 'modern',
        reply: UNCHANGED,
      }),
      paid: subject('MCP-Orchestra, paid tool', {
        url: at(ALIASES.modern),
        tool: TOOLS.paid,
        era: 'modern',
        reply: WITH_RECEIPT,
      }),
      aggregated: subject(
        'MCP-Orchestra, free tool, aggregated endpoint',
        { url: `${gateway}/mcp`, tool: TOOLS.free, era: 'modern', reply: UNCHANGED },
        alone.secret,
      ),
      'free-legacy': subject('MCP-Orchestra, free tool, legacy sessions', {
        url: at(ALIASES.legacy),
        tool: TOOLS.free,
        era: 'legacy',
        reply: UNCHANGED,
      }),
      'modern-to-legacy': subject('MCP-Orchestra, free tool, modern clients, legacy server', {
        url: at(ALIASES.legacy),
        tool: TOOLS.free,
        era: 'modern',
        reply: REWRITTEN,
      }),
      'legacy-to-modern': subject('MCP-Orchestra, free tool, legacy sessions, modern server', {
        url: at(ALIASES.modern),
        tool: TOOLS.free,
        era: 'legacy',
        reply: REWRITTEN,
      }),
      stdio: subject('MCP-Orchestra → stdio', {
        url: at(ALIASES.stdio),
        tool: TOOLS.free,
        era: 'legacy',
        reply: UNCHANGED,
      }),
    },
    stop: () => platform.stop(),
  }
}

/** Registers the upstreams; the id of the modern one. */
async function register(operator: Orchestra, upstreamUrl: string): Promise<string> {
  const limits = { concurrentCallsMax: CONCURRENT_CALLS }
  const http = { kind: 'http', url: upstreamUrl } as const
  const stdio = { kind: 'stdio', command: process.execPath, args: [STDIO_UPSTREAM] } as const
  const modern = { alias: ALIASES.modern, transport: http, protocol: 'MCP-v2' } as const
  const others = [
    { alias: ALIASES.legacy, transport: http, protocol: 'MCP-v1' },
    { alias: ALIASES.stdio, transport: stdio, protocol: 'MCP-v1' },
  ] as const
  const open = { visibility: 'everyone', limits } as const
  for (const server of others) await operator.hub.registerMCP({ ...server, ...open })
  const { id } = await operator.hub.registerMCP({ ...modern, ...open })
  await operator.prices.set(ALIASES.modern, TOOLS.paid, PRICE_USD)
  return id
}

async function pinAll(platform: StartedPlatform): Promise<void> {
  for (const { name, pid } of platform.processes()) {
    await pinTo(name.startsWith('gateway') ? 0 : 1, processTree(pid))
  }
}

function pidOf(platform: StartedPlatform, name: string): number {
  const found = platform.processes().find((process) => process.name === name)
  if (found === undefined) throw new Error(`${name} is not running`)
  return found.pid
}
