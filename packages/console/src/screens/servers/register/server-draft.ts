import type { MCPConfig, OpenApiSource } from '@mcp-orchestra/sdk'

/** A header or a variable as it is typed: the value is a secret until it is proven otherwise. */
export type EntryDraft = {
  readonly name: string
  readonly value: string
  /** It has a value that nobody is shown; an empty `value` leaves it as it is. */
  readonly kept?: boolean
}

/** A server as it is typed into the form; both kinds are kept, so that switching loses nothing. */
export type ServerDraft = {
  readonly kind: 'http' | 'stdio' | 'openapi'
  readonly name: string
  readonly alias: string
  readonly url: string
  readonly headers: readonly EntryDraft[]
  readonly command: string
  /** One argument a line. */
  readonly args: string
  readonly env: readonly EntryDraft[]
  readonly cwd: string
  /** How the document of a REST API is given. */
  readonly source: 'address' | 'text'
  readonly documentUrl: string
  readonly document: string
  /** Where the API is; empty: where its document says, or where it was. */
  readonly baseUrl: string
  /** Values by security scheme. */
  readonly credentials: readonly EntryDraft[]
  /** The operations to offer; null until a preview has shown them: all. */
  readonly allow: readonly string[] | null
  readonly era: 'auto' | 'MCP-v1' | 'MCP-v2'
  readonly visibility: 'organization' | 'everyone'
  readonly callTimeoutSeconds: string
  readonly concurrentCallsMax: string
  readonly resultMebibytes: string
  readonly announcePrices: boolean
  readonly chargeToolErrors: boolean
}

/** An empty form; the limits are the API's own defaults. */
export const NEW_SERVER: ServerDraft = {
  kind: 'http',
  name: '',
  alias: '',
  url: '',
  headers: [],
  command: '',
  args: '',
  env: [],
  cwd: '',
  source: 'address',
  documentUrl: '',
  document: '',
  baseUrl: '',
  credentials: [],
  allow: null,
  era: 'auto',
  visibility: 'organization',
  callTimeoutSeconds: '60',
  concurrentCallsMax: '256',
  resultMebibytes: '256',
  announcePrices: true,
  chargeToolErrors: false,
}

/** Characters of an alias at most: it is one label of an address. */
const ALIAS_CHARS_MAX = 64
/** Units of the form in units of the wire. */
export const MS_PER_SECOND = 1_000
export const BYTES_PER_MEBIBYTE = 1_048_576

/** The alias to offer: of the name, else of the host; empty when neither has a letter or a digit of ASCII. */
export function suggestAlias({ name, url }: Pick<ServerDraft, 'name' | 'url'>): string {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^(www|mcp|api)\./, '') : ''
  const of = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, ALIAS_CHARS_MAX)
      .replace(/^-+|-+$/g, '')
  return of(name) || of(host)
}

/** What to send; of a draft that {@link faultsOf} has nothing against. */
export function configOf(draft: ServerDraft): MCPConfig {
  const name = draft.name.trim()
  return {
    alias: draft.alias,
    ...(name === '' ? {} : { name }),
    transport: transportOf(draft),
    ...(draft.era === 'auto' ? {} : { protocol: draft.era }),
    visibility: draft.visibility,
    limits: limitsOf(draft),
    announcePrices: draft.announcePrices,
    chargeToolErrors: draft.chargeToolErrors,
  }
}

/** The bounds of a draft without faults, in units of the wire. */
export function limitsOf(draft: ServerDraft) {
  return {
    callTimeoutMs: Number.parseInt(draft.callTimeoutSeconds, 10) * MS_PER_SECOND,
    concurrentCallsMax: Number.parseInt(draft.concurrentCallsMax, 10),
    resultBytesMax: Number.parseInt(draft.resultMebibytes, 10) * BYTES_PER_MEBIBYTE,
  }
}

function transportOf(draft: ServerDraft): MCPConfig['transport'] {
  if (draft.kind === 'http') {
    return { kind: 'http', url: draft.url.trim(), headers: recordOf(draft.headers) }
  }
  if (draft.kind === 'openapi') {
    const baseUrl = draft.baseUrl.trim()
    return {
      kind: 'openapi',
      ...documentOf(draft),
      ...(baseUrl === '' ? {} : { baseUrl }),
      headers: recordOf(draft.headers),
      // A scheme without a value is one that is not used.
      credentials: recordOf(draft.credentials.filter(({ value }) => value !== '')),
      ...(draft.allow === null ? {} : { allow: draft.allow }),
    }
  }
  const cwd = draft.cwd.trim()
  return {
    kind: 'stdio',
    command: draft.command.trim(),
    args: argumentsOf(draft.args),
    env: recordOf(draft.env),
    ...(cwd === '' ? {} : { cwd }),
  }
}

/** The document of a draft, by its address or as text. */
export function documentOf({ source, documentUrl, document }: ServerDraft): OpenApiSource {
  return source === 'address' ? { documentUrl: documentUrl.trim() } : { document }
}

/** One argument a line; an empty line is none, so that a trailing line feed does no harm. */
export function argumentsOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '')
}

/** Rows that were added and left empty are not sent. */
export function isEmptyEntry({ name, value }: EntryDraft): boolean {
  return name.trim() === '' && value === ''
}

function recordOf(entries: readonly EntryDraft[]): Record<string, string> {
  const filled = entries.filter((entry) => !isEmptyEntry(entry))
  return Object.fromEntries(filled.map(({ name, value }) => [name.trim(), value]))
}
