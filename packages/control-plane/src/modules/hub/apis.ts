import { OPENAPI_DOCUMENT_CHARS_MAX } from '@mcp-orchestra/api/openapi-catalog'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { ChangedTransport } from '@mcp-orchestra/api/routes/change-server'
import type { OpenApiTransportWish } from '@mcp-orchestra/api/routes/openapi'
import type { OpenApiTransport } from '@mcp-orchestra/api/snapshot'
import {
  catalogText,
  compileDocument,
  requireKnown,
  type CompiledDocument,
} from './openapi/compile.ts'
import { readDocument } from './openapi/read-document.ts'
import { plainAddress } from './openapi/base-address.ts'
import type { CompilePace, ReadAddress } from './ports.ts'
import { refuse } from './problems.ts'
import { requireDocumentAddress } from './transport-rules.ts'

/** What a caller gives of a document: its text, or where it is. */
export type DocumentSource = {
  readonly document?: string | undefined
  readonly documentUrl?: string | undefined
}

/** A REST API as it will be reached, with the document that it was made from. */
export type MadeApi<Value extends string | null> = {
  readonly transport: Omit<OpenApiTransport, 'headers' | 'credentials'> & {
    readonly headers: Record<string, Value>
    readonly credentials: Record<string, Value>
  }
  readonly document: string
}

type ChangedApi = Extract<ChangedTransport, { kind: 'openapi' }>

/** Makes servers of OpenAPI documents (ADR-0022). Everything here is outside of transactions: it reads addresses. */
export interface Apis {
  /** What a document would become. */
  preview(
    principal: Principal,
    source: DocumentSource & {
      readonly headers: readonly string[]
      readonly credentials: readonly string[]
    },
  ): Promise<CompiledDocument>
  make(principal: Principal, wish: OpenApiTransportWish): Promise<MadeApi<string>>
  /** The API after a change; `document` is the one that it has. */
  change(
    principal: Principal,
    wish: ChangedApi,
    before: {
      readonly transport: OpenApiTransport | undefined
      readonly document: string | undefined
    },
  ): Promise<MadeApi<string | null>>
  /** The same API with its document read again: it stays where it is, and offers nothing that it did not. */
  refresh(
    principal: Principal,
    transport: OpenApiTransport,
    mayGoInside: boolean,
  ): Promise<MadeApi<string>>
}

/** Makes the use cases of documents. */
export function createApis(deps: { readonly read: ReadAddress; readonly pace: CompilePace }): Apis {
  const { read, pace } = deps

  async function textOf(
    principal: Principal,
    source: DocumentSource,
    mayGoInside: boolean = principal.permissions.has('platform:operate'),
  ): Promise<string> {
    const waitMs = pace(principal.organizationId)
    if (waitMs > 0)
      throw refuse('hub.too_many_documents', { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
    const { document, documentUrl } = source
    if ((document === undefined) === (documentUrl === undefined))
      throw refuse('hub.document_refused', { detail: 'Give either the document or its address.' })
    if (document !== undefined) return document
    const address = documentUrl ?? ''
    requireDocumentAddress(address, mayGoInside)
    return await read(address, { mayGoInside, bytesMax: OPENAPI_DOCUMENT_CHARS_MAX })
  }

  function made<Value extends string | null>(
    document: string,
    wish: {
      readonly documentUrl: string | undefined
      readonly baseUrl: string | undefined
      readonly headers: Record<string, Value>
      readonly credentials: Record<string, Value>
      readonly allow: readonly string[] | undefined
      /** Operations that are offered if the document still has them. */
      readonly keep?: readonly string[] | undefined
    },
  ): MadeApi<Value> {
    const { documentUrl, headers, credentials } = wish
    const compiled = compileDocument(readDocument(document), {
      documentUrl,
      headers: Object.keys(headers),
      credentials: Object.keys(credentials),
    })
    requireSchemes(compiled, Object.keys(credentials))
    if (wish.allow !== undefined) requireKnown(compiled, wish.allow)
    const allow =
      wish.allow ?? wish.keep ?? compiled.operations.map(({ compiled: each }) => each.operation)
    const given = wish.baseUrl === undefined ? undefined : plainAddress(new URL(wish.baseUrl))
    const baseUrl = given ?? compiled.baseUrl
    if (baseUrl === undefined)
      throw refuse('hub.document_refused', {
        detail: 'It does not say where the API is: give a baseUrl.',
      })
    return {
      document,
      transport: {
        kind: 'openapi',
        baseUrl,
        headers,
        credentials,
        ...(documentUrl === undefined ? {} : { documentUrl }),
        allow: [...new Set(allow)],
        catalog: catalogText(compiled, allow),
      },
    }
  }

  return {
    async preview(principal, source) {
      const text = await textOf(principal, source)
      return compileDocument(readDocument(text), source)
    },
    async make(principal, wish) {
      const { documentUrl, baseUrl, headers, credentials, allow } = wish
      const text = await textOf(principal, wish)
      return made(text, { documentUrl, baseUrl, headers, credentials, allow })
    },
    async change(principal, wish, before) {
      const { headers, credentials, allow } = wish
      const isNew = wish.document !== undefined || wish.documentUrl !== undefined
      const source = isNew ? wish : { document: before.document }
      const text = await textOf(principal, source)
      return made(text, {
        documentUrl: isNew ? wish.documentUrl : before.transport?.documentUrl,
        baseUrl: wish.baseUrl ?? before.transport?.baseUrl,
        headers,
        credentials,
        allow,
        keep: before.transport?.allow,
      })
    },
    async refresh(principal, transport, mayGoInside) {
      const { documentUrl, baseUrl, headers, credentials, allow } = transport
      if (documentUrl === undefined) throw refuse('hub.no_document')
      const text = await textOf(principal, { documentUrl }, mayGoInside)
      return made(text, {
        documentUrl,
        baseUrl,
        headers,
        credentials,
        allow: undefined,
        keep: allow,
      })
    },
  }
}

function requireSchemes({ schemes }: CompiledDocument, given: readonly string[]): void {
  const known = schemes.map(({ name }) => name)
  const unknown = given.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const has =
    known.length === 0 ? 'it has none that a credential serves' : `it has ${known.join(', ')}`
  throw refuse('hub.document_refused', {
    detail: `It has no security scheme ${unknown.join(', ')}: ${has}.`,
    members: { schemes: known },
  })
}
