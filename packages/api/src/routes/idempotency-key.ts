import { z } from '@hono/zod-openapi'

/** The longest idempotency key: room for two UUIDs. */
const IDEMPOTENCY_KEY_CHARS_MAX = 100

/** The header that every request which moves money must carry. */
export const IdempotencyKeyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(IDEMPOTENCY_KEY_CHARS_MAX)
    .regex(/^[\x21-\x7e]+$/)
    .openapi({ description: 'The same key never moves money twice.' }),
})
