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
  'hub.connection_not_wanted': {
    status: 422,
    title: 'This server is called without an account.',
    retryable: false,
  },
  'hub.connection_needs_member': {
    status: 403,
    title: 'Only a person can authorize; this key belongs to nobody.',
    retryable: false,
  },
  'hub.connection_id_token_needed': {
    status: 422,
    title:
      'The enterprise manages access to this server: give an ID token of its identity provider.',
    retryable: false,
  },
  'hub.connection_attempt_gone': {
    status: 410,
    title: 'This authorization is over, was used, or is not yours. Connect again.',
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
