import { z } from '@hono/zod-openapi'

/** The longest idempotency key: room for two UUIDs. */
const IDEMPOTENCY_KEY_CHARS_MAX = 100

/** The header that makes a request safe to repeat; `promise` says of what. */
export function idempotencyKey(promise: string): z.ZodObject<{ 'idempotency-key': z.ZodString }> {
  return z.object({
    'idempotency-key': z
      .string()
      .min(1)
      .max(IDEMPOTENCY_KEY_CHARS_MAX)
      .regex(/^[\x21-\x7e]+$/)
      .openapi({ description: promise }),
  })
}
