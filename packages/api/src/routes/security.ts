/** Name of the security scheme in the OpenAPI document: an API key, or a session's token. */
export const BEARER_SCHEME = 'bearer'

/** `security` of a route that needs a credential. */
export const bearer: { [BEARER_SCHEME]: string[] }[] = [{ [BEARER_SCHEME]: [] }]

/** `security` of a route that is there to get a credential, or to give one back: it needs none. */
export const open: { [BEARER_SCHEME]: string[] }[] = []
