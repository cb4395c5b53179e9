import { HELD_BYTES_MAX, HELD_LIST_BYTES_MAX } from '../upstream/upstream.ts'

/**
 * How much of a method's JSON result is held whole, in bytes: lists are, because prices go into them, and
 * tasks, because a finished one is paid for before any of it leaves.
 */
export function heldBytesFor(method: string): number {
  return isStreamed(method) ? HELD_BYTES_MAX : HELD_LIST_BYTES_MAX
}

/** Whether a larger result of the method may pass in parts: nothing in it is for us. */
export function isStreamed(method: string): boolean {
  return !(method.endsWith('/list') || method === 'tasks/get' || READ_HERE.has(method))
}

/** What the session remembers of an answer has to be read. */
const READ_HERE: ReadonlySet<string> = new Set([
  'initialize',
  'resources/subscribe',
  'resources/unsubscribe',
])
