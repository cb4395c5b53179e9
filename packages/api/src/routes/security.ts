/** Name of the security scheme in the OpenAPI document: an API key, or a session's token. */
export const BEARER_SCHEME = 'bearer'

/** `security` of a route that needs a credential. */
export const bearer: { [BEARER_SCHEME]: string[] }[] = [{ [BEARER_SCHEME]: [] }]
