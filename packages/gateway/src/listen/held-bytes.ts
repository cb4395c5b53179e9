import { HELD_BYTES_MAX, HELD_LIST_BYTES_MAX } from '../upstream/upstream.ts'

/**
 * How much of a method's JSON result is held whole, in bytes: lists are, because prices go into them, and
 * tasks, because a finished one is paid for before any of it leaves.
 */
export function heldBytesFor(method: string): number {
  return method.endsWith('/list') || method === 'tasks/get' ? HELD_LIST_BYTES_MAX : HELD_BYTES_MAX
}
