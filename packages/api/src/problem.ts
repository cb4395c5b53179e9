import { z } from '@hono/zod-openapi'

/** The RFC 9457 document that every refusal outside MCP carries, as `application/problem+json`. */
export const ProblemDocument = z
  .object({
    type: z.string().openapi({ example: 'urn:mcp-orchestra:problem:ledger.insufficient_funds' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().openapi({ example: 'ledger.insufficient_funds' }),
    detail: z.string().optional(),
    instance: z
      .string()
      .optional()
      .openapi({ description: 'The request id, to quote to support.' }),
    retryable: z.boolean(),
  })
  .catchall(z.unknown())
  .openapi('Problem')
