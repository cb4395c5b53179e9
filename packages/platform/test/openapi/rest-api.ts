import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the API got it. */
export type SeenRequest = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A real REST API with an OpenAPI document, for tests. */
export type RestApi = {
  readonly url: string
  readonly seen: SeenRequest[]
  readonly document: object
  /** Serves this document from now on. */
  publish(document: object): void
  close(): Promise<void>
}

/** The key that its `/v1` wants. */
export const API_KEY = 'k3y-of-the-publisher'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Starts the API on loopback. */
export async function startRestApi(): Promise<RestApi> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('latin1') }
      if (url === '/openapi.json') return json(response, 200, published)
      seen.push(one)
      answer(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const document = documentOf(`${url}/v1`)
  let published: object = document
  return {
    url,
    seen,
    document,
    publish: (next) => {
      published = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer({ method, url, headers, body }: SeenRequest, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://host')
  if (method === 'HEAD') return void response.writeHead(404).end()
  if (headers['x-api-key'] !== API_KEY) return json(response, 401, { error: 'no key' })
  if (pathname === '/v1/pets' && method === 'GET') {
    const page = Number(searchParams.get('page') ?? 1)
    if (page < 3)
      response.setHeader('link', `<${url.split('?')[0] ?? ''}?page=${page + 1}>; rel="next"`)
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(`{"pets":[{"id":9007199254740993,"name":"Rex"}],"page":${page}}`)
  }
  if (pathname === '/v1/pets' && method === 'POST') {
    response.writeHead(201, { 'content-type': 'application/json' })
    return void response.end(body)
  }
  if (pathname === '/v1/pets/404') return json(response, 404, { error: 'there is no such pet' })
  if (pathname === '/v1/pets/429') {
    response.setHeader('retry-after', '7')
    return json(response, 429, { error: 'slow down' })
  }
  if (pathname === '/v1/pets/500') return json(response, 500, { error: 'broken' })
  if (pathname === '/v1/pets/302')
    return void response.writeHead(302, { location: '/v1/pets/1' }).end()
  if (/^\/v1\/pets\/[^/]+$/.test(pathname) && method === 'GET')
    return json(response, 200, {
      id: decodeURIComponent(pathname.split('/')[3] ?? ''),
      name: 'Rex',
    })
  if (/^\/v1\/pets\/[^/]+$/.test(pathname) && method === 'DELETE')
    return void response.writeHead(204).end()
  if (pathname === '/v1/picture') {
    response.writeHead(200, { 'content-type': 'image/png' })
    return void response.end(Buffer.from(PIXEL, 'base64'))
  }
  if (pathname === '/v1/archive') {
    response.writeHead(200, { 'content-type': 'application/zip' })
    return void response.end('PK')
  }
  if (pathname === '/v1/slow') return
  if (pathname === '/v1/names') return json(response, 200, ['Rex', 'Mia'])
  if (pathname === '/v1/upload') {
    response.writeHead(200, { 'content-type': 'text/plain' })
    return void response.end(`${headers['content-type'] ?? ''}\n${body}`)
  }
  json(response, 404, { error: 'nothing here' })
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

function documentOf(serverUrl: string): object {
  const petId = { name: 'petId', in: 'path', required: true, schema: { type: 'string' } }
  const answer = (schema: object) => ({
    200: { description: 'ok', content: { 'application/json': { schema } } },
  })
  return {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '2.1', description: 'Pets and their pictures.' },
    servers: [{ url: serverUrl }],
    security: [{ key: [] }],
    paths: {
      '/pets': {
        get: {
          operationId: 'listPets',
          summary: 'Pets, by page',
          parameters: [
            { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
            { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
            { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
          ],
          responses: answer({
            type: 'object',
            required: ['pets', 'page'],
            properties: {
              pets: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
              page: { type: 'integer' },
            },
          }),
        },
        post: {
          operationId: 'createPet',
          summary: 'A new pet',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
          responses: {
            201: {
              description: 'made',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
            },
          },
        },
      },
      '/pets/{petId}': {
        parameters: [petId],
        get: { operationId: 'getPet', responses: answer({ $ref: '#/components/schemas/Pet' }) },
        delete: { operationId: 'deletePet', responses: { 204: { description: 'gone' } } },
      },
      '/picture': {
        get: { operationId: 'getPicture', responses: { 200: { description: 'a picture' } } },
      },
      '/archive': {
        get: { operationId: 'getArchive', responses: { 200: { description: 'an archive' } } },
      },
      '/names': {
        get: {
          operationId: 'listNames',
          responses: answer({ type: 'array', items: { type: 'string' } }),
        },
      },
      '/slow': { get: { operationId: 'wait', responses: { 200: { description: 'late' } } } },
      '/upload': {
        post: {
          operationId: 'upload',
          requestBody: {
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  properties: {
                    note: { type: 'string' },
                    file: { type: 'string', format: 'binary' },
                  },
                },
              },
            },
          },
          responses: { 200: { description: 'what came' } },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
      schemas: {
        Pet: {
          type: 'object',
          required: ['name'],
          properties: {
            id: { readOnly: true },
            name: { type: 'string' },
            parent: { $ref: '#/components/schemas/Pet' },
          },
        },
      },
    },
  }
}
