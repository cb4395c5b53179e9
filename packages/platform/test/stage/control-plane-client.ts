import type { z } from 'zod'

/** A request that takes longer has no answer. Milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000

/** Speaks the public API of a control plane as the tests need it: an answer of another status than 2xx throws. */
export type ControlPlaneClient = {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>>
  send<S extends z.ZodType>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    schema: S,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<z.infer<S>>
}

/** Makes a client for one key. */
export function createControlPlaneClient(url: string, apiKey: string): ControlPlaneClient {
  const authorization = `Bearer ${apiKey}`
  async function exchange(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(new URL(path, url), {
      ...init,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    const text = await response.text()
    if (!response.ok)
      throw new Error(`${init.method} ${path} was answered ${response.status}: ${text}`)
    return JSON.parse(text)
  }
  return {
    get: async (path, schema) =>
      schema.parse(await exchange(path, { method: 'GET', headers: { authorization } })),
    send: async (method, path, schema, body, headers = {}) =>
      schema.parse(
        await exchange(path, {
          method,
          headers: {
            authorization,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
  }
}
