import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from '@mcp-orchestra/api/openapi'
import type { ApiApp } from '@mcp-orchestra/api/http-app'

/**
 * The viewer's bundle sets style attributes and data: images; nothing else from outside our own files
 * is loaded or run.
 */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const VIEWER = 'swagger-ui-dist'
const ASSETS = {
  'swagger-ui.css': ['text/css; charset=utf-8', fromPackage('swagger-ui.css')],
  'swagger-ui-bundle.js': ['text/javascript; charset=utf-8', fromPackage('swagger-ui-bundle.js')],
  'reference.js': ['text/javascript; charset=utf-8', ownFile('reference.js')],
  'reference.css': ['text/css; charset=utf-8', ownFile('reference.css')],
} as const

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API reference · MCP-Orchestra</title>
    <link rel="stylesheet" href="/reference/swagger-ui.css" />
    <link rel="stylesheet" href="/reference/reference.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/reference/swagger-ui-bundle.js"></script>
    <script src="/reference/reference.js"></script>
  </body>
</html>
`

/** Mounts the API's document and a page to read and try it; all from this machine. */
export function mountReference(app: ApiApp): void {
  const document = JSON.stringify(openApiDocument())
  app.get('/openapi.json', (context) =>
    context.body(document, 200, { 'content-type': 'application/json' }),
  )
  app.get('/reference', (context) =>
    context.body(PAGE, 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
    }),
  )
  for (const [name, [type, path]] of Object.entries(ASSETS)) {
    app.get(`/reference/${name}`, async (context) =>
      context.body(await readFile(path), 200, {
        'content-type': type,
        'cache-control': 'public, max-age=3600',
      }),
    )
  }
}

function fromPackage(file: string): string {
  return fileURLToPath(import.meta.resolve(`${VIEWER}/${file}`))
}

function ownFile(file: string): string {
  return fileURLToPath(new URL(`./assets/${file}`, import.meta.url))
}
