import { createRoute, z } from '@hono/zod-openapi'
import { answer, body, guarded, refusals } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['metering']

/** Events of one request: a few hundred kilobytes at the most. */
const EVENTS_MAX = 500

/** Line breaks and the like are no part of a name. */
const Words = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u)

const MeterKey = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/)
  .openapi({ example: 'pages_rendered', description: 'How events name the meter.' })
const Subject = Words(256).openapi({
  example: 'customer-42',
  description: 'Whose it is: a customer, a user, a device.',
})
const Moment = z.iso.datetime({ offset: true })
const Whole = z.string().regex(/^\d+$/)

/** How events become one number. */
export const AggregationText = z
  .enum(['count', 'sum', 'avg', 'min', 'max', 'unique', 'latest', 'weighted'])
  .openapi('Aggregation', {
    description:
      'count: events. sum, avg, min, max: of their values. unique: different values. latest: the value of the last event by its own time. weighted: each subject has the level of its last event until its next one; the sum of all levels, averaged over time.',
  })

/** A meter of an organization’s own. */
export const MeterDocument = z
  .object({
    id: z.string(),
    key: MeterKey,
    name: z.string(),
    unit: z.string(),
    aggregation: AggregationText,
    createdAt: z.iso.datetime(),
    archivedAt: z.iso.datetime().nullable(),
  })
  .openapi('Meter')

/** What was measured, exactly. */
export const MeasureDocument = z
  .object({
    value: z
      .string()
      .openapi({ example: '1.5', description: 'A decimal, rounded down to 18 places.' }),
    exact: z
      .object({ numerator: Whole, denominator: Whole })
      .openapi({ description: 'The same without rounding.' }),
  })
  .openapi('Measure')

const measured = {
  measure: z
    .union([MeasureDocument, z.null()])
    .openapi({ description: 'Null where there is nothing to measure.' }),
  events: z.int().min(0),
}

const Period = {
  from: Moment.openapi({ description: 'Events at this moment or later.' }),
  to: Moment.openapi({ description: 'Events before this moment.' }),
  knownAt: Moment.optional().openapi({
    description: 'Only events that had been received before this moment: what was known then.',
  }),
}
const KeyPath = z.object({ key: MeterKey })

/** Defines a meter; its definition never changes. */
export const defineMeter = createRoute({
  method: 'post',
  path: '/v1/meters',
  operationId: 'defineMeter',
  tags: TAGS,
  summary: 'Define a meter of your own',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          key: MeterKey,
          name: Words(120),
          unit: Words(40).default('unit'),
          aggregation: AggregationText,
        })
        .strict()
        .openapi('DefineMeter'),
    ),
  },
  responses: {
    201: answer(MeterDocument, 'The meter.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** Meters by key. */
export const listMeters = createRoute({
  method: 'get',
  path: '/v1/meters',
  operationId: 'listMeters',
  tags: TAGS,
  summary: 'Meters of your organization',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(pageOf(MeterDocument).openapi('MeterPage'), 'A page of meters.'),
    ...guarded,
  },
})

/** Ends a meter; what it measured stays. */
export const archiveMeter = createRoute({
  method: 'delete',
  path: '/v1/meters/{key}',
  operationId: 'archiveMeter',
  tags: TAGS,
  summary: 'Archive a meter: it takes no events any more',
  security: bearer,
  request: { params: KeyPath },
  responses: { 200: answer(MeterDocument, 'The meter.'), ...guarded, ...refusals(404) },
})

/** Writes events down; the same again changes nothing. */
export const trackMeterEvents = createRoute({
  method: 'post',
  path: '/v1/meter-events',
  operationId: 'trackMeterEvents',
  tags: TAGS,
  summary: 'Report usage: all of these events or none',
  description:
    'When this answers, the events are durable. An event that was received before under its id is a duplicate and changes nothing; another event under that id is refused. Events may come late, by at most 35 days, and in any order.',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          events: z
            .array(
              z
                .object({
                  id: Words(128).openapi({ description: 'Your own id of it, once for ever.' }),
                  meter: MeterKey,
                  subject: Subject,
                  at: Moment.optional().openapi({
                    description: 'When it happened; when it is received, unless you say it.',
                  }),
                  value: Words(256).optional().openapi({
                    example: '1.5',
                    description:
                      'A decimal; any text for `unique`; left out for `count`. Never negative.',
                  }),
                })
                .strict()
                .openapi('MeterEvent'),
            )
            .min(1)
            .max(EVENTS_MAX),
        })
        .strict()
        .openapi('TrackMeterEvents'),
    ),
  },
  responses: {
    200: answer(
      z.object({ accepted: z.int(), duplicates: z.int() }).openapi('TrackedEvents'),
      'How many were new.',
    ),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422),
  },
})

/** What a meter measured, in windows. */
export const getMeterUsage = createRoute({
  method: 'get',
  path: '/v1/meters/{key}/usage',
  operationId: 'getMeterUsage',
  tags: TAGS,
  summary: 'What a meter measured, window by window',
  security: bearer,
  request: {
    params: KeyPath,
    query: z.object({
      ...Period,
      subject: Subject.optional(),
      window: z.enum(['hour', 'day', 'month', 'total']).default('day').openapi({
        description: 'By UTC; whole windows, so the first and last may reach beyond the period.',
      }),
    }),
  },
  responses: {
    200: answer(
      z
        .object({
          meter: MeterDocument,
          windows: z.array(
            z
              .object({
                from: z.iso.datetime(),
                to: z.iso.datetime(),
                ...measured,
                lateEvents: z.int().min(0).openapi({
                  description: 'Of these, received after the end of the window: a correction.',
                }),
              })
              .openapi('MeterWindow'),
          ),
        })
        .openapi('MeterUsage'),
      'A measure for each window, at most 1,000 of them.',
    ),
    ...guarded,
    ...refusals(404, 422),
  },
})

/** What a meter measured of each subject. */
export const listMeterSubjects = createRoute({
  method: 'get',
  path: '/v1/meters/{key}/subjects',
  operationId: 'listMeterSubjects',
  tags: TAGS,
  summary: 'What a meter measured of each subject in a period',
  security: bearer,
  request: { params: KeyPath, query: PageQuery.extend(Period) },
  responses: {
    200: answer(
      pageOf(z.object({ subject: z.string(), ...measured }).openapi('MeterSubject')).openapi(
        'MeterSubjectPage',
      ),
      'A page of subjects, by name.',
    ),
    ...guarded,
    ...refusals(404, 422),
  },
})
