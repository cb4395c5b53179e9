import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let acme: { id: string; key: string }
let other: { id: string; key: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  acme = await plane.foundOrganization('Acme')
  other = await plane.foundOrganization('Other')
}, 60_000)
afterAll(() => plane.stop())

const define = (status: number, body: JsonObject, key = acme.key) =>
  plane.json(status, 'POST', '/v1/meters', { key, body })
const track = (status: number, events: readonly JsonObject[], key = acme.key) =>
  plane.json(status, 'POST', '/v1/meter-events', { key, body: { events } })
const read = (status: number, path: string, key = acme.key) =>
  plane.json(status, 'GET', `/v1/meters/${path}`, { key })

const today = new Date().toISOString().slice(0, 10)
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const period = `from=${today}T00:00:00Z&to=${tomorrow}T00:00:00Z`

describe('meters of an organization', () => {
  test('count what it reports, and show what they measured', async () => {
    const meter = await define(201, {
      key: 'pages',
      name: 'Pages',
      unit: 'page',
      aggregation: 'sum',
    })
    expect(meter).toMatchObject({ key: 'pages', aggregation: 'sum', archivedAt: null })
    const event = { id: 'one', meter: 'pages', subject: 'ada', value: '1.5' }
    expect(await track(200, [event, { ...event, id: 'two', subject: 'bob' }])).toEqual({
      accepted: 2,
      duplicates: 0,
    })
    expect(await track(200, [event])).toEqual({ accepted: 0, duplicates: 1 })
    expect(await read(200, `pages/usage?window=total&${period}`)).toMatchObject({
      meter: { key: 'pages' },
      windows: [
        { measure: { value: '3', exact: { numerator: '3', denominator: '1' } }, events: 2 },
      ],
    })
    expect(await read(200, `pages/usage?window=total&subject=ada&${period}`)).toMatchObject({
      windows: [{ measure: { value: '1.5' } }],
    })
    const first = await read(200, `pages/subjects?limit=1&${period}`)
    expect(first).toMatchObject({ items: [{ subject: 'ada', measure: { value: '1.5' } }] })
    const second = await read(200, `pages/subjects?cursor=${String(first['nextCursor'])}&${period}`)
    expect(second).toMatchObject({ items: [{ subject: 'bob' }], nextCursor: null })
  })

  test('are listed by key, its own only', async () => {
    await define(201, { key: 'a.first', name: 'First', aggregation: 'count' })
    const listed = await plane.json(200, 'GET', '/v1/meters?limit=1', { key: acme.key })
    expect(listed).toMatchObject({
      items: [{ key: 'a.first', unit: 'unit' }],
      nextCursor: 'a.first',
    })
    expect(await plane.json(200, 'GET', '/v1/meters', { key: other.key })).toMatchObject({
      items: [],
    })
    const usage = await read(404, `pages/usage?${period}`, other.key)
    expect(usage['code']).toBe('metering.meter_not_found')
    expect((await read(404, `pages/subjects?${period}`, other.key))['code']).toBe(
      'metering.meter_not_found',
    )
    const event = { id: 'x', meter: 'pages', subject: 's', value: '1' }
    expect((await track(404, [event], other.key))['code']).toBe('metering.meter_not_found')
  })

  test('keep their definition: a key is taken for ever, and an archived one takes nothing', async () => {
    await define(201, { key: 'old', name: 'Old', aggregation: 'unique' })
    const archived = await plane.json(200, 'DELETE', '/v1/meters/old', { key: acme.key })
    expect(archived['archivedAt']).not.toBeNull()
    expect(await plane.json(200, 'DELETE', '/v1/meters/old', { key: acme.key })).toEqual(archived)
    const again = await define(409, { key: 'old', name: 'New', aggregation: 'sum' })
    expect(again['code']).toBe('metering.meter_exists')
    const event = { id: 'late', meter: 'old', subject: 's', value: 'v' }
    expect((await track(422, [event]))['code']).toBe('metering.meter_archived')
    const gone = await plane.json(404, 'DELETE', '/v1/meters/none', { key: acme.key })
    expect(gone['code']).toBe('metering.meter_not_found')
  })
})

describe('an event is refused', () => {
  const event = { id: 'refused', meter: 'pages', subject: 's', value: '1' }

  test('with all of its batch, and the refusal names it', async () => {
    const refused = await track(422, [
      { ...event, id: 'fine' },
      { ...event, value: '-1' },
    ])
    expect(refused).toMatchObject({ code: 'metering.event_value_refused', event: 'refused' })
    expect(await track(200, [{ ...event, id: 'fine' }])).toEqual({ accepted: 1, duplicates: 0 })
  })

  test.each([['-1'], ['0.1e3'], ['NaN'], ['1'.repeat(21)], ['0.0000000000000000001'], ['one']])(
    'when its value is %s',
    async (value) => {
      expect((await track(422, [{ ...event, value }]))['code']).toBe('metering.event_value_refused')
    },
  )

  test('when it lacks a value, or says one to a meter that counts', async () => {
    const { value: _, ...bare } = event
    expect((await track(422, [bare]))['code']).toBe('metering.event_value_refused')
    const counted = { ...event, meter: 'a.first' }
    expect((await track(422, [counted]))['code']).toBe('metering.event_value_refused')
  })

  test('when it is too old or in the future', async () => {
    for (const offsetMs of [-36 * 86_400_000, 10 * 60_000]) {
      const at = new Date(Date.now() + offsetMs).toISOString()
      const refused = await track(422, [{ ...event, at }])
      expect(refused).toMatchObject({ code: 'metering.event_time_refused', event: 'refused' })
      expect(refused['earliest']).toBeDefined()
    }
  })

  test('when its id belongs to another event', async () => {
    await track(200, [{ ...event, id: 'taken' }])
    for (const change of [{ value: '2' }, { subject: 't' }, { at: `${today}T00:00:00Z` }]) {
      const refused = await track(409, [{ ...event, id: 'taken', ...change }])
      expect(refused).toMatchObject({ code: 'metering.event_conflict', event: 'taken' })
    }
    const twice = [
      { ...event, id: 'twice' },
      { ...event, id: 'twice', value: '9' },
    ]
    expect((await track(409, twice))['code']).toBe('metering.event_conflict')
  })

  test('when it is malformed', async () => {
    for (const change of [
      { id: '' },
      { id: 'a\u0000b' },
      { subject: 'a\nb' },
      { meter: 'No' },
      { at: 'now' },
      { value: 5 },
      { more: 1 },
    ]) {
      await track(400, [{ ...event, ...change }])
    }
    await track(400, [])
  })
})

test('a period without windows, or with too many, is refused', async () => {
  for (const query of [
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z&window=hour',
  ]) {
    expect((await read(422, `pages/usage?${query}`))['code']).toBe('metering.period_invalid')
  }
  const backwards = 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'
  expect((await read(422, `pages/subjects?${backwards}`))['code']).toBe('metering.period_invalid')
  await read(400, 'pages/usage?from=yesterday&to=today')
})
