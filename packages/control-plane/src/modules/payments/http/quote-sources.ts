import type { ApiApp } from '@mcp-orchestra/api/http-app'
import {
  deleteQuoteSource,
  listQuoteSources,
  putQuoteSource,
} from '@mcp-orchestra/api/routes/quotes'
import { assetId, toRfc3339 } from '@mcp-orchestra/kernel'
import type { QuoteSource } from '../quote/source.ts'
import type { PaymentsRoutes } from './wired.ts'

const MS_PER_SECOND = 1_000

/** Where rates come from: operators only. */
export function mountQuoteSources(app: ApiApp, { authorize, payments }: PaymentsRoutes): void {
  const { quotes } = payments
  app.openapi(listQuoteSources, async (context) => {
    await authorize(context.req.raw, 'platform:operate')
    return context.json({ items: (await quotes.sources()).map(documentOf) }, 200)
  })
  app.openapi(putQuoteSource, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const { asset, rank, heartbeatSeconds, rate } = context.req.valid('json')
    const source = await quotes.putSource(principal, {
      name: context.req.valid('param').name,
      asset: { ...asset, id: assetId(asset.id) },
      rank,
      heartbeatMs: heartbeatSeconds * MS_PER_SECOND,
      detail: rate,
    })
    return context.json(documentOf(source), 200)
  })
  app.openapi(deleteQuoteSource, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const { name } = context.req.valid('param')
    await quotes.removeSource(principal, name)
    return context.json({ name }, 200)
  })
}

function documentOf({ name, asset, rank, heartbeatMs, detail, changedAt }: QuoteSource) {
  return {
    name,
    asset: { ...asset },
    rank,
    heartbeatSeconds: heartbeatMs / MS_PER_SECOND,
    rate:
      detail.kind === 'http'
        ? { ...detail }
        : { kind: detail.kind, usd: detail.usd, setAt: detail.setAt, setBy: detail.setBy },
    changedAt: toRfc3339(changedAt),
  }
}
