import { problemsOf } from '@mcp-orchestra/kernel'

/** What identity refuses. */
export const IDENTITY_PROBLEMS = {
  'identity.unauthenticated': {
    status: 401,
    title: 'Send a valid API key or session as `Authorization: Bearer …`.',
    retryable: false,
  },
  'identity.key_expired': {
    status: 401,
    title: 'This API key has expired; issue or rotate to a new one.',
    retryable: false,
  },
  'identity.key_revoked': {
    status: 401,
    title: 'This API key was revoked.',
    retryable: false,
  },
  'identity.organization_suspended': {
    status: 403,
    title: 'The organization is suspended.',
    retryable: false,
  },
  'identity.forbidden': {
    status: 403,
    title: 'The credential lacks the permission named in `permission`.',
    retryable: false,
  },
  'identity.cross_origin': {
    status: 403,
    title: 'A signed-in browser may change things only from our own pages.',
    retryable: false,
  },
  'identity.exceeds_creator': {
    status: 403,
    title: 'A key may not do more than the one who makes it.',
    retryable: false,
  },
  'identity.key_not_found': {
    status: 404,
    title: 'There is no such API key in your organization.',
    retryable: false,
  },
  'identity.member_not_found': {
    status: 404,
    title: 'No member has this e-mail address.',
    retryable: false,
  },
  'identity.key_inactive': {
    status: 409,
    title: 'The key is revoked, expired or already replaced.',
    retryable: false,
  },
  'identity.key_limit': {
    status: 409,
    title: 'The organization has as many API keys as it may have; revoke some.',
    retryable: false,
  },
  'identity.group_not_found': {
    status: 404,
    title: 'There is no such project or agent in your organization.',
    retryable: false,
  },
  'identity.group_limit': {
    status: 409,
    title: 'The organization has as many projects and agents as it may have; remove some.',
    retryable: false,
  },
  'identity.group_in_use': {
    status: 409,
    title: 'Keys that work belong to this project or agent; revoke them first.',
    retryable: false,
  },
  'identity.email_taken': {
    status: 409,
    title: 'A member with this e-mail address exists already.',
    retryable: false,
  },
  'identity.link_gone': {
    status: 410,
    title: 'This sign-in link was used already, or has expired; ask for a new one.',
    retryable: false,
  },
  'identity.sign_in_refused': {
    status: 401,
    title: 'The e-mail address or the password is wrong, or there is no session.',
    retryable: false,
  },
  'identity.sign_in_invalid': {
    status: 400,
    title: 'The request to sign in or to change a session cannot be used; `detail` says why.',
    retryable: false,
  },
  'identity.too_many_attempts': {
    status: 429,
    title: 'Too many sign-in attempts; wait as Retry-After says.',
    retryable: true,
  },
} as const

/** Throws a refusal of identity. */
export const refuse = problemsOf(IDENTITY_PROBLEMS)
