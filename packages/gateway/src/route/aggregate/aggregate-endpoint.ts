import type { Clock } from '@mcp-orchestra/kernel'
import { Problem } from '@mcp-orchestra/kernel'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { RPC_INVALID_PARAMS, RPC_METHOD_NOT_FOUND } from '../../protocol/message.ts'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import { refuse as refuseAuthorization } from '../../authorize/problems.ts'
import type { Endpoint, EndpointRequest, Route } from '../endpoint.ts'
import { refuse } from '../problems.ts'
import { routeCompletion } from './completion.ts'
import { createDirectory } from './directory.ts'
import { createGather, type GatherPorts } from './gather.ts'
import { createLastGoodLists } from './last-good.ts'
import { listKindOf, PROMPTS, TOOLS, type ListKind, type NamedKind } from './list-kind.ts'
import { createMemberships, type MembershipPorts } from './membership.ts'
import { mergedResult } from './merged-result.ts'
import { ListenBook } from './subscriptions/listen-book.ts'
import { listenToAll } from './subscriptions/listen-to-all.ts'
import { welcomeLegacy, welcomeModern } from './welcome.ts'

/** What the aggregate is made of. */
export type AggregatePorts = MembershipPorts &
  Pick<GatherPorts, 'catalog'> & {
    readonly snapshot: Pick<
      SnapshotReplica,
      'servers' | 'priceOf' | 'serverById' | 'keyById' | 'onChange'
    >
    readonly clock: Clock
  }

/** Legacy codes for a resource that nobody has; modern says invalid params (MCP 2026-07-28, changes). */
const RPC_RESOURCE_NOT_FOUND = -32002

/** `/mcp`: every server that the caller may use, as one (architecture §3). */
export function createAggregateEndpoint(ports: AggregatePorts): Endpoint {
  const memberships = createMemberships(ports)
  const gather = createGather({ ...ports, memberships, lastGood: createLastGoodLists() })
  const directory = createDirectory(gather, ports.clock)
  const listening = { memberships, directory, book: new ListenBook(ports) }

  const list = async (request: EndpointRequest, kind: ListKind): Promise<Route> => {
    if (hasCursor(request.paramsText))
      return invalid('this endpoint gives its lists whole: there is no cursor')
    const entries = await gather(request, kind)
    directory.learn(request, kind, entries)
    return answer(mergedResult(request.era, kind, entries, ports.snapshot))
  }

  const byName = async (request: EndpointRequest, kind: NamedKind): Promise<Route> => {
    const { target } = request
    if (target === undefined) return invalid('params.name is missing')
    const found = await directory.find(request, kind, target)
    if (found === undefined)
      return invalid(`unknown ${kind === TOOLS ? 'tool' : 'prompt'}: ${target}`)
    const { server, name } = found
    return name === target ? { kind: 'relay', server } : { kind: 'relay', server, name }
  }

  const byUri = async (request: EndpointRequest): Promise<Route> => {
    const { target } = request
    if (target === undefined) return invalid('params.uri is missing')
    const server = await directory.findResource(request, target)
    if (server !== undefined) return { kind: 'relay', server }
    const code = request.era === 'legacy' ? RPC_RESOURCE_NOT_FOUND : RPC_INVALID_PARAMS
    return {
      kind: 'error',
      code,
      message: 'resource not found',
      status: 200,
      dataText: JSON.stringify({ uri: target }),
    }
  }

  /** What was begun at a server is asked there for as long as the caller may use it. */
  const byHandle = ({ caller, serverId }: EndpointRequest): Route => {
    const server = serverId === undefined ? undefined : ports.snapshot.serverById(serverId)
    if (server === undefined)
      return { kind: 'refused', problem: refuseAuthorization('authorize.server_unknown') }
    const problem =
      ports.authorizer.mayUse(caller, server) ??
      (server.enabled ? undefined : refuse('route.server_off'))
    return problem === undefined ? { kind: 'relay', server } : { kind: 'refused', problem }
  }

  const complete = async (request: EndpointRequest): Promise<Route> => {
    const routed = await routeCompletion(request, directory)
    if (routed === undefined)
      return invalid('params.ref names no prompt and no resource of this endpoint')
    const { server, paramsText } = routed
    const answered = await request.ask(server, request.method, {
      paramsText,
      signal: request.signal,
    })
    return answered.kind === 'result' ? answer(answered.text) : errorOf(answered.text)
  }

  /** Every member that logs is told; one that fails keeps its level, and the session goes on. */
  const setLevel = async (request: EndpointRequest): Promise<Route> => {
    const { members } = await memberships.of(request)
    const logging = members.filter(({ greeting }) => greeting.capabilities['logging'] !== undefined)
    const options = {
      signal: request.signal,
      ...(request.paramsText === undefined ? {} : { paramsText: request.paramsText }),
    }
    const answers = await Promise.all(
      logging.map(({ server }) => request.ask(server, request.method, options).catch(onlyProblems)),
    )
    const refused = answers.find((one) => one?.kind === 'error')
    return answers.length > 0 &&
      answers.every((one) => one?.kind === 'error') &&
      refused !== undefined
      ? errorOf(refused.text)
      : answer('{}')
  }

  const both = (request: EndpointRequest): Promise<Route> | undefined => {
    const kind = listKindOf(request.method)
    if (kind !== undefined) return list(request, kind)
    switch (request.method) {
      case 'tools/call':
        return byName(request, TOOLS)
      case 'prompts/get':
        return byName(request, PROMPTS)
      case 'resources/read':
        return byUri(request)
      case 'completion/complete':
        return complete(request)
      default:
        return undefined
    }
  }

  const legacy = async (request: EndpointRequest): Promise<Route | undefined> => {
    switch (request.method) {
      case 'initialize':
        return answer(welcomeLegacy(request, await memberships.of(request)))
      case 'ping':
        return answer('{}')
      case 'logging/setLevel':
        return setLevel(request)
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return byUri(request)
      default:
        return undefined
    }
  }

  const modern = async (request: EndpointRequest): Promise<Route | undefined> => {
    switch (request.method) {
      case 'server/discover':
        return answer(welcomeModern(await memberships.of(request)))
      case 'subscriptions/listen':
        return listenToAll(request, listening)
      case 'tasks/get':
      case 'tasks/update':
      case 'tasks/cancel':
        return byHandle(request)
      default:
        return undefined
    }
  }

  return {
    id: 'mcp',
    server: undefined,
    async resolve(request) {
      if (request.kind === 'notification') return notified(request)
      try {
        return (
          (await both(request)) ??
          (await (request.era === 'legacy' ? legacy(request) : modern(request))) ?? {
            kind: 'error',
            code: RPC_METHOD_NOT_FOUND,
            message: `unknown method: ${request.method}`,
            status: 404,
          }
        )
      } catch (failure) {
        if (failure instanceof Problem) return { kind: 'refused', problem: failure }
        throw failure
      }
    },
  }
}

/** `initialized` was told to each upstream when it was linked; the rest concerns all of them. */
function notified(request: EndpointRequest): Route {
  return request.era === 'modern' || request.method === 'notifications/initialized'
    ? answer('')
    : { kind: 'broadcast' }
}

function answer(resultText: string): Route {
  return { kind: 'answer', resultText }
}

function invalid(message: string): Route {
  return { kind: 'error', code: RPC_INVALID_PARAMS, message, status: 200 }
}

/** An upstream's error, passed on with its own code, message and data. */
function errorOf(errorText: string): Route {
  const error = scanObject(errorText)
  const code = memberOf(error, 'code')
  const data = memberOf(error, 'data')
  return {
    kind: 'error',
    code:
      code === undefined
        ? RPC_INVALID_PARAMS
        : Math.trunc(JSON.parse(textOf(errorText, code.value)) as number),
    message: stringAt(errorText, memberOf(error, 'message')?.value) ?? 'the server refused',
    status: 200,
    ...(data === undefined ? {} : { dataText: textOf(errorText, data.value) }),
  }
}

function hasCursor(paramsText: string | undefined): boolean {
  return paramsText !== undefined && memberOf(scanObject(paramsText), 'cursor') !== undefined
}

function onlyProblems(failure: unknown): undefined {
  if (!(failure instanceof Problem)) throw failure
  return undefined
}
