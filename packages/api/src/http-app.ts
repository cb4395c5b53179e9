import type { OpenAPIHono } from '@hono/zod-openapi'

/** What every handler finds in the context beside the request. */
export type ApiEnv = { Variables: { requestId: string } }

/** The application on which the modules' handlers mount their routes. */
export type ApiApp = OpenAPIHono<ApiEnv>
