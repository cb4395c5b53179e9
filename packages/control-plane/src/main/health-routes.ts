import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Database } from '../infra/postgres/index.ts'

/** The database must answer this fast to be called ready, in ms. */
const PING_TIMEOUT_MS = 2_000

/** `/healthz`: the process answers. `/readyz`: the database does too, else 503 with Retry-After. */
export function mountHealth(app: ApiApp, database: Pick<Database, 'query'>): void {
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', async (context) => {
    const late = AbortSignal.timeout(PING_TIMEOUT_MS)
    const answered = await Promise.race([
      database.query({ text: 'select 1' }).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => late.addEventListener('abort', () => resolve(false))),
    ])
    if (answered) return context.json({ status: 'ready' })
    context.header('retry-after', '1')
    return context.json({ status: 'the database does not answer' }, 503)
  })
}
