import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Meter, MeterEvent, MeterSubject, MeterUsage, TrackedEvents } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** A meter to define. */
export type NewMeter = Pick<Meter, 'key' | 'name' | 'aggregation'> & {
  /** What one of it is; `unit` unless you say. */
  readonly unit?: string
}

/** A period (RFC 3339), and of what was known when. */
export type MeterPeriod = {
  readonly from: string
  readonly to: string
  /** Only what had been received before this moment. */
  readonly knownAt?: string
}

/** `orchestra.meters`: what an organization counts by itself. */
export type Meters = {
  /** A definition never changes: another one is another meter. */
  define(meter: NewMeter, options?: CallOptions): Promise<Meter>
  list(options?: PageOptions): List<Meter>
  archive(key: string, options?: CallOptions): Promise<Meter>
  /** All of these events or none, durable when it resolves; safe to repeat: an id counts once. */
  track(events: readonly MeterEvent[], options?: CallOptions): Promise<TrackedEvents>
  usage(
    key: string,
    query: MeterPeriod & {
      readonly subject?: string
      readonly window?: 'hour' | 'day' | 'month' | 'total'
    },
    options?: CallOptions,
  ): Promise<MeterUsage>
  /** By name of the subject. */
  subjects(key: string, period: MeterPeriod, options?: PageOptions): List<MeterSubject>
}

/** Makes `orchestra.meters`. */
export function createMeters(api: Api): Meters {
  return {
    define: (meter, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/meters', { body: { unit: 'unit', ...meter }, signal }),
      ),
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/meters', { params: { query }, signal }),
        ),
      ),
    archive: (key, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/meters/{key}', { params: { path: { key } }, signal }),
      ),
    track: (events, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/meter-events', { body: { events: [...events] }, signal }),
      ),
    usage: (key, { window = 'day', ...rest }, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/meters/{key}/usage', {
          params: { path: { key }, query: { window, ...rest } },
          signal,
        }),
      ),
    subjects: (key, period, options = {}) =>
      listOf(options, (page) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/meters/{key}/subjects', {
            params: { path: { key }, query: { ...page, ...period } },
            signal,
          }),
        ),
      ),
  }
}
