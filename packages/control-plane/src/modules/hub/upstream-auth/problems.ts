import { problemsOf } from '@mcp-orchestra/kernel'

/** What the connection of an upstream account is refused with; `detail` holds no secret and no text of a stranger. */
export const CONNECTION_PROBLEMS = {
  'hub.connection_untrusted': {
    status: 502,
    title: 'What the server or its authorization server says of itself contradicts itself.',
    retryable: false,
  },
  'hub.connection_unavailable': {
    status: 502,
    title: 'The authorization server behind the MCP server cannot be used now.',
    retryable: true,
  },
  'hub.connection_unsupported': {
    status: 422,
    title: 'The authorization server behind the MCP server lacks what a safe connection needs.',
    retryable: false,
  },
  'hub.connection_client_needed': {
    status: 422,
    title: 'The authorization server has to know us first: register a client there, and enter it.',
    retryable: false,
  },
  'hub.connection_issuer_changed': {
    status: 409,
    title: 'The client that was entered belongs to another authorization server.',
    retryable: false,
  },
  'hub.connection_refused': {
    status: 422,
    title: 'The authorization server refused.',
    retryable: false,
  },
} as const

/** Throws a refusal of a connection. */
export const refuseAuth = problemsOf(CONNECTION_PROBLEMS)
