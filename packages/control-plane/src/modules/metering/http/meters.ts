import type { ApiApp } from '@mcp-orchestra/api/http-app'
import {
  archiveMeter,
  defineMeter,
  getMeterUsage,
  listMeters,
  listMeterSubjects,
  trackMeterEvents,
} from '@mcp-orchestra/api/routes/meters'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { fromRfc3339, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import type { Measure } from '../meter/measure.ts'
import type { Meter } from '../meter/meter.ts'
import type { MeteringRoutes } from './wired.ts'

/** The routes below `/v1/meters`, and POST /v1/meter-events. */
export function mountMeters(app: ApiApp, { authorize, meters }: MeteringRoutes): void {
  app.openapi(defineMeter, async (context) => {
    const principal = await authorize(context.req.raw, 'usage:write')
    return context.json(
      meterDocument(await meters.define(principal, context.req.valid('json'))),
      201,
    )
  })
  app.openapi(listMeters, async (context) => {
    const { organizationId } = await authorize(context.req.raw, 'usage:read')
    const { cursor, limit } = context.req.valid('query')
    // A cursor is a key, and no key has a NUL, which PostgreSQL would refuse.
    const after = cursor?.replaceAll('\0', '')
    const rows = await meters.list({ organizationId, after, limit: limit + 1 })
    return context.json(
      pageFrom(rows, limit, ({ key }) => key, meterDocument),
      200,
    )
  })
  app.openapi(archiveMeter, async (context) => {
    const principal = await authorize(context.req.raw, 'usage:write')
    const { key } = context.req.valid('param')
    return context.json(meterDocument(await meters.archive(principal, key)), 200)
  })
  app.openapi(trackMeterEvents, async (context) => {
    const principal = await authorize(context.req.raw, 'usage:write')
    const { events } = context.req.valid('json')
    const reported = events.map(({ id, meter, subject, at, value }) => {
      return { id, meter, subject, value, at: momentOf(at) }
    })
    return context.json(await meters.track(principal, reported), 200)
  })
  app.openapi(getMeterUsage, async (context) => {
    const { organizationId } = await authorize(context.req.raw, 'usage:read')
    const { from, to, knownAt, subject, window } = context.req.valid('query')
    const usage = await meters.usage(organizationId, context.req.valid('param').key, {
      from: fromRfc3339(from),
      to: fromRfc3339(to),
      knownAt: momentOf(knownAt),
      subject,
      window,
    })
    const windows = usage.windows.map((one) => ({
      from: toRfc3339(one.from),
      to: toRfc3339(one.to),
      measure: measureDocument(one.measure),
      events: Number(one.events),
      lateEvents: Number(one.lateEvents),
    }))
    return context.json({ meter: meterDocument(usage.meter), windows }, 200)
  })
  app.openapi(listMeterSubjects, async (context) => {
    const { organizationId } = await authorize(context.req.raw, 'usage:read')
    const { from, to, knownAt, cursor, limit } = context.req.valid('query')
    const rows = await meters.subjects(organizationId, context.req.valid('param').key, {
      from: fromRfc3339(from),
      to: fromRfc3339(to),
      knownAt: momentOf(knownAt),
      after: cursor?.replaceAll('\0', ''),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(
        rows,
        limit,
        ({ subject }) => subject,
        ({ subject, measure, events }) => ({
          subject,
          measure: measureDocument(measure),
          events: Number(events),
        }),
      ),
      200,
    )
  })
}

function meterDocument({ id, key, name, unit, aggregation, createdAt, archivedAt }: Meter) {
  return {
    id,
    key,
    name,
    unit,
    aggregation,
    createdAt: toRfc3339(createdAt),
    archivedAt: archivedAt === null ? null : toRfc3339(archivedAt),
  }
}

function measureDocument(measure: Measure | null) {
  if (measure === null) return null
  const { numerator, denominator } = measure.exact
  return {
    value: measure.value,
    exact: { numerator: numerator.toString(), denominator: denominator.toString() },
  }
}

function momentOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : fromRfc3339(text)
}
