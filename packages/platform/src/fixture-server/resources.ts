import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/server'
import { PIXEL_PNG } from './content.ts'

/** The resource whose change the fixture announces. */
export const WATCHED_RESOURCE = 'test://watched-resource'

/** Registers three resources and one template. */
export function registerResources(server: McpServer): void {
  server.registerResource(
    'static-text',
    'test://static-text',
    { title: 'Static text', description: 'A text that never changes', mimeType: 'text/plain' },
    (uri) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'text/plain',
          text: 'This is the content of the static text resource.',
        },
      ],
    }),
  )
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { title: 'Static binary', description: 'A picture', mimeType: 'image/png' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL_PNG }] }),
  )
  server.registerResource(
    'watched-resource',
    WATCHED_RESOURCE,
    { title: 'Watched', description: 'A text with subscribers', mimeType: 'text/plain' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'watched' }] }),
  )
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'Template', description: 'A resource by id', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  )
}

/** Keeps which resources one legacy session watches (`resources/subscribe`, gone in 2026-07-28). */
export function keepSubscriptions(server: McpServer): ReadonlySet<string> {
  const watched = new Set<string>()
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    watched.add(params.uri)
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watched.delete(params.uri)
    return {}
  })
  return watched
}
