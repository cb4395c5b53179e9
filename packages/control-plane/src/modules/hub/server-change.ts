import type { ChangedTransport } from '@mcp-orchestra/api/routes/change-server'
import type { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { MadeApi } from './apis.ts'
import { refuse } from './problems.ts'
import type { Server } from './server.ts'
import { requireReachable } from './transport-rules.ts'

type Transport = ServerEntity['transport']

/** How a server shall be reached; a REST API with its document already compiled. */
type WantedTransport =
  | Exclude<ChangedTransport, { kind: 'openapi' }>
  | MadeApi<string | null>['transport']

/** What shall be different; what is absent stays. */
export type ServerChange = {
  readonly name?: string | undefined
  readonly transport?: WantedTransport | undefined
  readonly era?: Server['era'] | undefined
  readonly visibility?: Server['visibility'] | undefined
  readonly limits?: { readonly [K in keyof Server['limits']]?: number | undefined } | undefined
  readonly announcePrices?: boolean | undefined
  readonly upstreamAuth?: UpstreamAuth | undefined
}

/**
 * The server after a change. Where it lives is judged as at registration, by who changes it: so its
 * `reach` follows whoever named the address last.
 */
export function changedServer(server: Server, change: ServerChange, isOperator: boolean): Server {
  const { callTimeoutMs, resultBytesMax, concurrentCallsMax } = change.limits ?? {}
  const changed: Server = {
    ...server,
    name: change.name ?? server.name,
    // We speak for an API, and in the modern era only.
    era: server.transport.kind === 'openapi' ? 'modern' : (change.era ?? server.era),
    visibility: change.visibility ?? server.visibility,
    announcePrices: change.announcePrices ?? server.announcePrices,
    upstreamAuth: change.upstreamAuth ?? server.upstreamAuth,
    limits: {
      callTimeoutMs: callTimeoutMs ?? server.limits.callTimeoutMs,
      resultBytesMax: resultBytesMax ?? server.limits.resultBytesMax,
      concurrentCallsMax: concurrentCallsMax ?? server.limits.concurrentCallsMax,
    },
  }
  if (change.transport === undefined) return changed
  const transport = withKeptValues(change.transport, server.transport)
  requireReachable(transport, isOperator)
  const era = transport.kind === 'openapi' ? 'modern' : changed.era
  return { ...changed, era, transport, reach: isOperator ? 'anywhere' : 'open_internet' }
}

/**
 * Puts the values that are kept in place of null. They go only where they went before, the same origin or
 * the same command line: whoever may change a server could else send its secrets to a place of his own.
 */
function withKeptValues(wanted: WantedTransport, before: Transport): Transport {
  const isSame = isSamePlace(wanted, before)
  const known = isSame ? entriesOf(before) : {}
  if (wanted.kind === 'openapi') {
    const credentials = isSame && before.kind === 'openapi' ? before.credentials : {}
    return {
      ...wanted,
      headers: filled(wanted.headers, known),
      credentials: filled(wanted.credentials, credentials),
    }
  }
  if (wanted.kind === 'http') {
    const { headers, ...rest } = wanted
    return { ...rest, headers: filled(headers, known) }
  }
  const { env, cwd, ...rest } = wanted
  return { ...rest, env: filled(env, known), ...(cwd === undefined ? {} : { cwd }) }
}

function entriesOf(transport: Transport): Readonly<Record<string, string>> {
  return transport.kind === 'stdio' ? transport.env : transport.headers
}

function isSamePlace(wanted: WantedTransport, before: Transport): boolean {
  if (wanted.kind === 'openapi') {
    return (
      before.kind === 'openapi' && new URL(wanted.baseUrl).origin === new URL(before.baseUrl).origin
    )
  }
  if (wanted.kind === 'http') {
    return before.kind === 'http' && new URL(wanted.url).origin === new URL(before.url).origin
  }
  return before.kind === 'stdio' && commandLine(wanted) === commandLine(before)
}

function commandLine({ command, args, cwd }: Omit<Transport & { kind: 'stdio' }, 'env' | 'kind'>) {
  return JSON.stringify([command, args, cwd ?? null])
}

function filled(
  wanted: Readonly<Record<string, string | null>>,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = Object.keys(wanted).filter((name) => wanted[name] === null)
  const missing = names.filter((name) => !Object.hasOwn(known, name))
  if (missing.length > 0) {
    throw refuse('hub.secret_needed', {
      detail: `Give the value again of: ${missing.join(', ')}.`,
      members: { names: missing },
    })
  }
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [name, value ?? known[name] ?? '']),
  )
}
