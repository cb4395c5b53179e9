import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getLedgerArchive } from '@mcp-orchestra/api/routes/archive'
import type { LedgerRoutes } from './wired.ts'

/** GET /v1/ledger/archive; a line is made when the reader takes it. */
export function mountGetArchive(app: ApiApp, { authorize, archives }: LedgerRoutes): void {
  app.openapi(getLedgerArchive, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const lines = await archives.open(principal, context.req.valid('query'))
    const encoder = new TextEncoder()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await lines.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(`${value}\n`))
      },
      async cancel() {
        await lines.return(undefined)
      },
    })
    return context.body(body, 200, {
      'content-type': 'text/jsonl',
      'cache-control': 'no-store',
    })
  })
}
