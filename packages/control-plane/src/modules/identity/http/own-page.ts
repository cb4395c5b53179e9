import { refuse } from '../problems.ts'

/**
 * Refuses a browser's request that does not come from a page of ours, although it asks for a session or
 * brings one along. Programs send neither an `Origin` nor a cookie, and pass.
 */
export function requireOwnPage(request: Request, trustedOrigins: readonly string[]): void {
  const origin = request.headers.get('origin')
  const foreign = origin === null ? request.headers.has('cookie') : !trustedOrigins.includes(origin)
  if (foreign) throw refuse('identity.cross_origin')
}
