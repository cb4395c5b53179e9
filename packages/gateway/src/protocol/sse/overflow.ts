/** An event grew over a cap. */
export class SseOverflow extends Error {
  override name = 'SseOverflow'
}
