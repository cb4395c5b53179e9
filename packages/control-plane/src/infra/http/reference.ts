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

function assets(): { name: string; type: string; path: string }[] {
  const css = 'text/css; charset=utf-8'
  const javascript = 'text/javascript; charset=utf-8'
  const viewer = fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'))
  const viewerCss = fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css'))
  return [
    { name: 'swagger-ui-bundle.js', type: javascript, path: viewer },
    { name: 'swagger-ui.css', type: css, path: viewerCss },
    { name: 'reference.js', type: javascript, path: ownFile('reference.js') },
    { name: 'reference.css', type: css, path: ownFile('reference.css') },
  ]
}

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
  for (const { name, type, path } of assets()) {
    app.get(`/reference/${name}`, async (context) =>
      context.body(await readFile(path), 200, {
        'content-type': type,
        'cache-control': 'public, max-age=3600',
      }),
    )
  }
}

function ownFile(file: string): string {
  return fileURLToPath(new URL(`./assets/${file}`, import.meta.url))
}
