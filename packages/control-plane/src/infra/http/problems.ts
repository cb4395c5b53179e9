import { problemsOf } from '@mcp-orchestra/kernel'

/** What the HTTP edge refuses before any module sees the request. */
export const REQUEST_PROBLEMS = {
  'request.invalid': {
    status: 400,
    title: 'The request is not as the API describes it; `errors` names the fields.',
    retryable: false,
  },
  'request.gateway_unknown': {
    status: 401,
    title: 'This is not the secret of a gateway slot.',
    retryable: false,
  },
  'request.not_found': {
    status: 404,
    title: 'There is nothing at this address and method.',
    retryable: false,
  },
  'request.too_large': {
    status: 413,
    title: 'The body is larger than this address takes.',
    retryable: false,
  },
  'request.unsupported_media': {
    status: 415,
    title: 'Send the body as application/json.',
    retryable: false,
  },
  'request.rate_limited': {
    status: 429,
    title: 'Too many requests; wait as Retry-After says.',
    retryable: true,
  },
  'request.starting': {
    status: 503,
    title: 'The control plane is starting; ask again in a second.',
    retryable: true,
  },
  internal: {
    status: 500,
    title: 'Something broke on our side. Quote `instance` to support.',
    retryable: true,
  },
} as const

/** Throws a refusal of the HTTP edge. */
export const refuse = problemsOf(REQUEST_PROBLEMS)
