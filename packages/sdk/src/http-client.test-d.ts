import { expectTypeOf, test } from 'vitest'
import type { Me, Server } from './documents.ts'
import type { HttpClient } from './http-client.ts'

declare const client: HttpClient
declare const signal: AbortSignal

test('a route answers with its own document', () => {
  expectTypeOf(client.GET('/v1/me', { signal }))
    .resolves.toHaveProperty('data')
    .toEqualTypeOf<Me | undefined>()
  expectTypeOf(client.GET('/v1/servers/{id}', { params: { path: { id: 'x' } }, signal }))
    .resolves.toHaveProperty('data')
    .toEqualTypeOf<Server | undefined>()
})

test('what the OpenAPI document does not say does not compile', () => {
  // @ts-expect-error no such path
  void client.GET('/v1/nowhere', { signal })
  // @ts-expect-error not with this verb
  void client.PUT('/v1/me', { signal })
  // @ts-expect-error a path parameter is missing
  void client.GET('/v1/servers/{id}', { signal })
  // @ts-expect-error no such query parameter
  void client.GET('/v1/usage', { params: { query: { colour: 'red' } }, signal })
  // @ts-expect-error a body is missing
  void client.POST('/v1/session', { signal })
  // @ts-expect-error a body of another form
  void client.POST('/v1/session', { body: { email: 'a@b.example' }, signal })
})
