import { z } from '@hono/zod-openapi'

/** An address of HTTP, as it is registered. */
export const ServerAddress = z.url({ protocol: /^https?$/ }).max(2_048)
