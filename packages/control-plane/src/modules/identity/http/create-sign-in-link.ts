import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { createSignInLink } from '@mcp-orchestra/api/routes/identity'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { SignInLinks } from '../sign-in-links.ts'

/** POST /v1/sign-in-links */
export function mountCreateSignInLink(
  app: ApiApp,
  { authorize, links }: { authorize: Authorize; links: SignInLinks },
): void {
  app.openapi(createSignInLink, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const { url, email, expiresAt } = await links.make(principal, context.req.valid('json').email)
    return context.json({ url, email, expiresAt: toRfc3339(expiresAt) }, 201)
  })
}
