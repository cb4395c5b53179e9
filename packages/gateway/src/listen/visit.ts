import type { CallerIdentity } from '../authorize/caller.ts'
import type { Endpoint } from '../route/endpoint.ts'
import type { ClientExchange } from './http-listener.ts'

/** Who knocks where: a request of a verified caller at a known endpoint. */
export type Visit = {
  readonly exchange: ClientExchange
  readonly caller: CallerIdentity
  readonly endpoint: Endpoint
}
