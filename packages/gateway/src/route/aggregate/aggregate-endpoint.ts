import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { refuse as refuseAuthorization } from '../../authorize/problems.ts'
import { RPC_INVALID_PARAMS } from '../../protocol/message.ts'
import type { Endpoint, EndpointRequest, Route } from '../endpoint.ts'
import { refuse } from '../problems.ts'
import { routeCompletion } from './addresses/completion.ts'
import { addressed } from './addresses/readdress.ts'
import type { AggregateCore } from './aggregate-core.ts'
import { answer, errorOf, invalid, unknownMethod } from './answers.ts'
import { createListRoute } from './list-route.ts'
import { listKindOf, PROMPTS, TOOLS } from './lists/list-kind.ts'
import { routeNamed } from './named-route.ts'
import { setLevelOfAll } from './set-level.ts'
import { listenToAll } from './subscriptions/listen-to-all.ts'
import { welcome } from './welcome.ts'

/** Legacy codes for a resource that nobody has; modern says invalid params (MCP 2026-07-28, changes). */
const RPC_RESOURCE_NOT_FOUND = -32002

/** `/mcp`: every server that the caller may use, as one (architecture §3). */
export function createAggregateEndpoint(core: AggregateCore): Endpoint {
  const { directory, listening, memberships, ports, visibleTo } = core
  const list = createListRoute(core)

  const byUri = async (request: EndpointRequest): Promise<Route> => {
    const { era, method, target } = request
    if (target === undefined) return invalid('params.uri is missing')
    const found = await directory.findResource(request, target)
    if (found !== undefined) {
      const { server, name } = found
      return name === target ? { kind: 'relay', server } : { kind: 'relay', server, name }
    }
    const isLegacyRead = era === 'legacy' && method.startsWith('resources/')
    return {
      kind: 'error',
      code: isLegacyRead ? RPC_RESOURCE_NOT_FOUND : RPC_INVALID_PARAMS,
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
    const { method, signal } = request
    const answered = await request.ask(server, method, { paramsText, signal })
    return answered.kind === 'result' ? answer(answered.text) : errorOf(answered.text)
  }

  const both = async (request: EndpointRequest): Promise<Route | undefined> => {
    const kind = listKindOf(request.method)
    if (kind !== undefined) return await list(request, kind)
    switch (request.method) {
      case 'tools/call':
        return await routeNamed(directory, request, TOOLS)
      case 'prompts/get':
        return await routeNamed(directory, request, PROMPTS)
      case 'resources/read':
      case 'resources/directory/read':
      case 'skills/get':
        return await byUri(request)
      case 'completion/complete':
        return await complete(request)
      default:
        return undefined
    }
  }

  const legacy = async (request: EndpointRequest): Promise<Route | undefined> => {
    switch (request.method) {
      case 'initialize':
        return answer(welcome(request, await memberships.of(request)))
      case 'ping':
        return answer('{}')
      case 'logging/setLevel':
        return await setLevelOfAll(request, memberships)
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return await byUri(request)
      default:
        return undefined
    }
  }

  const modern = async (request: EndpointRequest): Promise<Route | undefined> => {
    switch (request.method) {
      case 'server/discover':
        return answer(welcome(request, await memberships.of(request)))
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

  const route = async (request: EndpointRequest): Promise<Route> =>
    (await both(request)) ??
    (await (request.era === 'legacy' ? legacy(request) : modern(request))) ??
    unknownMethod(request.method)

  return {
    id: 'mcp',
    server: undefined,
    async resolve(request) {
      if (request.kind === 'notification') return notified(request)
      try {
        return addressed(core, request, await route(request))
      } catch (failure) {
        if (failure instanceof Problem) return { kind: 'refused', problem: failure }
        throw failure
      }
    },
    servers: (caller) => visibleTo({ caller }),
    shownUri: (reader, server: ServerEntity, uri) =>
      visibleTo(reader).length > 1 ? directory.shownUri(reader, server, uri) : uri,
    watchLists: (caller, onChanged) => listening.watch.watch(caller, () => onChanged()),
  }
}

/** `initialized` was told to each upstream when it was linked; the rest concerns all of them. */
function notified(request: EndpointRequest): Route {
  return request.era === 'modern' || request.method === 'notifications/initialized'
    ? answer('')
    : { kind: 'broadcast' }
}
