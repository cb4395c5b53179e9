import { startDeadline, type CallOptions } from './deadline.ts'
import { createHttpClient, type Answer, type HttpClient } from './http-client.ts'
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
  /** The same for a route that answers without a document (204). */
  sendEmpty(options: CallOptions | undefined, request: ApiRequest<unknown>): Promise<void>
}

/** One typed request on the generated client. */
export type ApiRequest<T> = (client: HttpClient, signal: AbortSignal) => Promise<Answer<T>>

/** Opens the public API at an address. */
export function createApi(deps: {
  baseUrl: string
  apiKey: string | undefined
  fetch: typeof fetch
  timeoutMs: number
}): Api {
  const client = createHttpClient({
    baseUrl: deps.baseUrl,
    fetch: deps.fetch,
    headers: {
      accept: 'application/json',
      ...(deps.apiKey === undefined ? {} : { authorization: `Bearer ${deps.apiKey}` }),
    },
  })
  async function ask<T>(
    options: CallOptions | undefined,
    request: ApiRequest<T>,
  ): ReturnType<ApiRequest<T>> {
    const deadline = startDeadline(options ?? {}, deps.timeoutMs)
    try {
      return await request(client, deadline.signal)
    } catch (error) {
      if (error instanceof SyntaxError) throw notOrchestra('the answer is no JSON', error)
      throw deadline.explain(error, false)
    }
  }
  return {
    async send(options, request) {
      const { data, error, response } = await ask(options, request)
      if (data !== undefined && isRecord(data)) return data
      throw refusalOf(error, response)
    },
    async sendEmpty(options, request) {
      const { error, response } = await ask(options, request)
      if (response.status !== 204) throw refusalOf(error, response)
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
