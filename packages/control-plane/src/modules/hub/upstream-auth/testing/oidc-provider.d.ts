/** What the tests use of `oidc-provider`, which has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  class Grant {
    constructor(properties: { accountId: string; clientId: string })
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  type AccessToken = {
    readonly aud?: string | string[]
    readonly scope?: string
    readonly isExpired: boolean
    destroy(): Promise<void>
  }
  type IssuedToken = {
    readonly expiration: number
    setAudience(audience: string): void
    save(): Promise<string>
  }
  export type GrantContext = {
    readonly oidc: {
      readonly params: Readonly<Record<string, string | undefined>>
      readonly client: { readonly clientId: string }
    }
    body: unknown
  }
  export const errors: { readonly InvalidGrant: new (detail: string) => Error }
  type Interaction = {
    readonly prompt: {
      readonly name: string
      readonly details: {
        readonly missingOIDCScope?: readonly string[]
        readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
      }
    }
    readonly params: { readonly client_id: string }
    readonly session?: { readonly accountId: string }
  }

  export class Provider {
    constructor(issuer: string, configuration: object)
    readonly Grant: typeof Grant
    readonly AccessToken: {
      new (properties: object): IssuedToken
      find(value: string): Promise<AccessToken | undefined>
    }
    registerGrantType(
      name: string,
      handle: (context: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
    on(event: string, listener: (...facts: never[]) => void): this
  }
}
