import createClient, { type Client } from 'openapi-fetch'
import { startDeadline, type CallOptions } from './deadline.ts'
import type { paths } from './generated/openapi.ts'
import {
  isRecord,
  type OrchestraProblem,
  problemFromDocument,
  retryAfterOf,
  sdkProblem,
} from './problem.ts'

/** The control plane's public API: typed requests, and refusals as {@link OrchestraProblem}. */
export type Api = {
  /** Sends one request and resolves with its document; throws what was refused. */
  send<T>(options: CallOptions | undefined, request: ApiRequest<T>): Promise<T>
}

/** One typed request on the generated client. */
export type ApiRequest<T> = (
  client: Client<paths>,
  signal: AbortSignal,
) => Promise<{ data?: T; error?: unknown; response: Response }>

/** Opens the public API at an address. */
export function createApi(deps: {
  baseUrl: string
  apiKey: string | undefined
  fetch: typeof fetch
  timeoutMs: number
}): Api {
  const client = createClient<paths>({
    baseUrl: deps.baseUrl,
    fetch: (request) => deps.fetch(request),
    headers: {
      accept: 'application/json',
      ...(deps.apiKey === undefined ? {} : { authorization: `Bearer ${deps.apiKey}` }),
    },
  })
  return {
    async send(options, request) {
      const deadline = startDeadline(options ?? {}, deps.timeoutMs)
      let answer
      try {
        answer = await request(client, deadline.signal)
      } catch (error) {
        if (error instanceof SyntaxError) throw notOrchestra('the answer is no JSON', error)
        throw deadline.explain(error, false)
      }
      if (answer.data !== undefined && isRecord(answer.data)) return answer.data
      throw refusalOf(answer.error, answer.response)
    },
  }
}

function refusalOf(document: unknown, response: Response): OrchestraProblem {
  const problem = problemFromDocument(document, {
    retryAfterSeconds: retryAfterOf(response.headers),
  })
  return problem ?? notOrchestra(`HTTP ${response.status} without a problem document`)
}

function notOrchestra(detail: string, cause?: unknown): OrchestraProblem {
  return sdkProblem('sdk.not_orchestra', { detail, cause })
}
