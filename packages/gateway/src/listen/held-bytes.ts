import { HELD_BYTES_MAX, HELD_LIST_BYTES_MAX } from '../upstream/upstream.ts'

/** How much of a method's JSON result is held whole, in bytes: lists are, because prices go into them. */
export function heldBytesFor(method: string): number {
  return method.endsWith('/list') ? HELD_LIST_BYTES_MAX : HELD_BYTES_MAX
}
