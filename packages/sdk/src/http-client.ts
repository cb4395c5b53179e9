import type { paths } from './generated/openapi.ts'

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that have a verb. */
type PathWith<V extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<V, object> ? P : never
}[keyof paths]

/** What the generated types say of one route. */
type Operation<V extends Verb, P extends keyof paths> = paths[P][V]

/** Path, query and header parameters, each required where the route requires it. */
type Params<O> = O extends { parameters: infer A }
  ? { [K in keyof A as K extends 'path' | 'query' | 'header' ? K : never]: A[K] }
  : object

type WithParams<O> = object extends Params<O> ? { params?: Params<O> } : { params: Params<O> }

type WithBody<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { body: B }
  : O extends { requestBody?: { content: { 'application/json': infer B } } }
    ? { body?: B }
    : object

/** The document of a route's success. */
type Document<O> = O extends { responses: infer R }
  ? {
      [S in keyof R]: S extends 200 | 201
        ? R[S] extends { content: { 'application/json': infer D } }
          ? D
          : never
        : never
    }[keyof R]
  : never

/** What came back: the document of a success, or the text of anything else, parsed when it is JSON. */
export type Answer<T> = { readonly data?: T; readonly error?: unknown; readonly response: Response }

type Send<V extends Verb> = <P extends PathWith<V>>(
  path: P,
  init: WithParams<Operation<V, P>> & WithBody<Operation<V, P>> & { signal: AbortSignal },
) => Promise<Answer<Document<Operation<V, P>>>>

/** The public API by its paths, each with the parameters, body and document of the OpenAPI document. */
export type HttpClient = {
  readonly GET: Send<'get'>
  readonly POST: Send<'post'>
  readonly PUT: Send<'put'>
  readonly PATCH: Send<'patch'>
  readonly DELETE: Send<'delete'>
  /** A GET that answers with a file. */
  readonly FILE: <P extends PathWith<'get'>>(
    path: P,
    init: WithParams<Operation<'get', P>> & { signal: AbortSignal },
  ) => Promise<Answer<Uint8Array>>
}

/** What the types above come down to. */
type Parts = {
  readonly params?: {
    readonly path?: Readonly<Record<string, unknown>>
    readonly query?: Readonly<Record<string, unknown>>
    readonly header?: Readonly<Record<string, unknown>>
  }
  readonly body?: unknown
  readonly signal: AbortSignal
}

/** Makes a client. By ourselves: a library for it is a third of what a page loads of the SDK. */
export function createHttpClient(deps: {
  baseUrl: string
  headers: Readonly<Record<string, string>>
  fetch: typeof fetch
}): HttpClient {
  const request =
    (method: string, read: (response: Response) => Promise<unknown>) =>
    async <T>(path: string, { params = {}, body, signal }: Parts): Promise<Answer<T>> => {
      const response = await deps.fetch(deps.baseUrl + addressOf(path, params), {
        method,
        headers: {
          ...deps.headers,
          ...textsOf(params.header),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      })
      if (response.status === 204) return { response }
      return response.ok
        ? { data: (await read(response)) as T, response }
        : { error: parsed(await response.text()), response }
    }
  const send = (method: string) =>
    request(method, async (response) => JSON.parse(await response.text()) as unknown)
  return {
    GET: send('GET'),
    POST: send('POST'),
    PUT: send('PUT'),
    PATCH: send('PATCH'),
    DELETE: send('DELETE'),
    FILE: request('GET', async (response) => new Uint8Array(await response.arrayBuffer())),
  }
}

/** Path and query of a route: `/v1/servers/{id}` with its id; what is undefined is left out. */
function addressOf(path: string, params: NonNullable<Parts['params']>): string {
  const given = textsOf(params.path)
  const address = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(given[name] ?? ''),
  )
  const query = new URLSearchParams(textsOf(params.query)).toString()
  return query === '' ? address : `${address}?${query}`
}

function textsOf(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // no document of ours: the caller says what that means
  }
}
