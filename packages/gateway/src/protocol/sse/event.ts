/**
 * One event of a stream as it came: its fields in order (comments have the empty name), so that ids,
 * retry times and unknown fields pass unchanged (WHATWG HTML §9.2).
 */
export type SseEvent = { readonly fields: readonly SseField[] }

/** One line of an event: `name: value`; a comment is `: value`. */
export type SseField = { readonly name: string; readonly value: string }

/** The data of an event: its data lines joined; undefined when it has none (a comment, a retry time). */
export function dataOf(event: SseEvent): string | undefined {
  const lines = event.fields.filter((field) => field.name === 'data')
  return lines.length === 0 ? undefined : lines.map((field) => field.value).join('\n')
}

/** Whether the event carries an id: its stream can then be resumed (MCP 2025-11-25, resumability). */
export function hasId(event: SseEvent): boolean {
  return idOf(event) !== undefined
}

/** The id from which its stream can be resumed; undefined when the event has none. */
export function idOf(event: SseEvent): string | undefined {
  return event.fields.findLast((field) => field.name === 'id')?.value
}

/** The event with other data, and every other field as it was. */
export function withData(event: SseEvent, data: string): SseEvent {
  const lines = data.split(/\r\n|\r|\n/).map((value) => ({ name: 'data', value }))
  const at = event.fields.findIndex((field) => field.name === 'data')
  const others = event.fields.filter((field) => field.name !== 'data')
  const before = at === -1 ? others.length : at
  return { fields: [...others.slice(0, before), ...lines, ...others.slice(before)] }
}

/** An event of our own that carries one message. */
export function messageEvent(data: string): SseEvent {
  return withData({ fields: [{ name: 'event', value: 'message' }] }, data)
}

/** The event without its id: for streams of ours, which cannot be resumed at the upstream. */
export function withoutId(event: SseEvent): SseEvent {
  return hasId(event) ? { fields: event.fields.filter((field) => field.name !== 'id') } : event
}

/** The event without its data: a client notes its id and its retry time, and reads no message. */
export function withoutData(event: SseEvent): SseEvent {
  return { fields: event.fields.filter((field) => field.name !== 'data') }
}

/** Writes an event for the wire. */
export function formatEvent(event: SseEvent): string {
  return `${formatFields(event.fields)}\n`
}

/** Writes some of an event's lines. */
export function formatFields(fields: readonly SseField[]): string {
  let text = ''
  for (const { name, value } of fields) text += `${name}: ${value}\n`
  return text
}
