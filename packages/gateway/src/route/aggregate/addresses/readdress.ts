import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { splice } from '../../../protocol/json/splice.ts'
import type { EndpointRequest, Readdress, Route } from '../../endpoint.ts'
import type { AggregateCore } from '../aggregate-core.ts'
import { foreignUri } from './claims.ts'
import type { Directory } from './directory.ts'
import { readMadeUri } from './made-uri.ts'
import { uriEdits, urisInResult } from './uri-spans.ts'

/** How long a result may wait for the lists that tell whose its URIs are, in milliseconds: once for each client. */
const LISTS_WAIT_MS = 2_000

/** A route whose result comes back with URIs that lead to its server. With a single server every URI does anyway. */
export function addressed(
  { directory, visibleTo }: Pick<AggregateCore, 'directory' | 'visibleTo'>,
  request: EndpointRequest,
  route: Route,
): Route {
  if (route.kind !== 'relay' || visibleTo(request).length < 2) return route
  return { ...route, readdress: readdressFor(directory, request, route.server) }
}

/**
 * Gives the URIs in results of a server the form in which they lead back to it: nothing changes unless another
 * server has the same one. Lists that are not known yet are asked for, and used when they come in time.
 */
function readdressFor(
  directory: Directory,
  request: EndpointRequest,
  server: ServerEntity,
): Readdress {
  return async (resultText) => {
    const spans = urisInResult(request.method, resultText)
    if (spans.length === 0) return resultText
    // Who asks for a resource that was told apart goes on among its like: directories, skills and their files.
    if (readMadeUri(request.target ?? '') !== undefined)
      return splice(
        resultText,
        uriEdits(spans, (uri) => foreignUri(server, uri)),
      )
    await inTime(
      directory.prepare(
        request,
        spans.map(({ uri }) => uri),
      ),
    )
    const shown = (uri: string): string => directory.shownUri(request, server, uri)
    return splice(resultText, uriEdits(spans, shown))
  }
}

/** A client that leaves ends the lists: its result then goes to nobody. */
async function inTime(lists: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, LISTS_WAIT_MS)
  lists.then(resolve, () => resolve())
  await promise
  clearTimeout(timer)
}
