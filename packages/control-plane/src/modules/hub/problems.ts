import { problemsOf } from '@mcp-orchestra/kernel'

/** What the hub refuses. */
export const HUB_PROBLEMS = {
  'hub.server_not_found': {
    status: 404,
    title: 'There is no such server, or none that you may see.',
    retryable: false,
  },
  'hub.alias_taken': {
    status: 409,
    title: 'Another server has this alias; choose another one.',
    retryable: false,
  },
  'hub.server_limit': {
    status: 409,
    title: 'The organization has as many servers as it may have; remove some.',
    retryable: false,
  },
  'hub.command_forbidden': {
    status: 403,
    title: 'Only operators of the platform may register a server that is a process on its machine.',
    retryable: false,
  },
  'hub.owner_forbidden': {
    status: 403,
    title: 'Only operators of the platform may register a server for another organization.',
    retryable: false,
  },
  'hub.transport_refused': {
    status: 422,
    title: 'A server cannot be reached in this way; `detail` says why.',
    retryable: false,
  },
  'hub.secret_needed': {
    status: 422,
    title: 'The value of a header or variable is kept only while it goes to the same place.',
    retryable: false,
  },
  'hub.document_refused': {
    status: 422,
    title: 'The OpenAPI document cannot become a server; `detail` says why.',
    retryable: false,
  },
  'hub.document_unreachable': {
    status: 422,
    title: 'The OpenAPI document could not be read from its address; `detail` says why.',
    retryable: true,
  },
  'hub.too_many_documents': {
    status: 429,
    title: 'Too many OpenAPI documents were sent by this organization; `Retry-After` says when.',
    retryable: true,
  },
  'hub.changed_meanwhile': {
    status: 409,
    title: 'The server was changed while its document was read; try again.',
    retryable: true,
  },
  'hub.no_document': {
    status: 409,
    title: 'Only a server that was made from the address of an OpenAPI document can be refreshed.',
    retryable: false,
  },
  'hub.owner_unknown': {
    status: 422,
    title: 'There is no organization with this id.',
    retryable: false,
  },
} as const

/** Throws a refusal of the hub. */
export const refuse = problemsOf(HUB_PROBLEMS)
