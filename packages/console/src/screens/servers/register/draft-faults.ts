import { argumentsOf, isEmptyEntry, type EntryDraft, type ServerDraft } from './server-draft.ts'

/** What can be wrong with a field, before the API is asked. */
export type DraftFault =
  | 'required'
  | 'alias_form'
  | 'too_long'
  | 'url_form'
  | 'url_scheme'
  | 'url_credentials'
  | 'url_fragment'
  | 'header_name'
  | 'header_relay'
  | 'header_value'
  | 'variable_name'
  | 'duplicate'
  | 'number_range'
  | 'nul'
  | 'secret_needed'

/** Faults by field: `alias`, `url`, `headers.0`, `env.2`, … */
export type DraftFaults = Readonly<Record<string, DraftFault>>

const ALIAS = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const HEADER_VALUE = /^[\t\x20-\x7e]*$/
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
/** The API's bounds: a name, one path or argument, one secret value; seconds of a call, calls at once. */
const NAME_CHARS_MAX = 120
const PART_CHARS_MAX = 4_096
const VALUE_CHARS_MAX = 8_192
const TIMEOUT_SECONDS = { min: 1, max: 3_600 }
const CONCURRENT_CALLS = { min: 1, max: 10_000 }
const RESULT_MEBIBYTES = { min: 1, max: 1_024 }
/** Headers that the gateway sets itself, per hop. */
const RELAY_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What is wrong with a draft; nothing when it can be sent. The API has the last word. */
export function faultsOf(draft: ServerDraft): DraftFaults {
  const faults: Record<string, DraftFault | undefined> = {
    alias: draft.alias === '' ? 'required' : ALIAS.test(draft.alias) ? undefined : 'alias_form',
    name: draft.name.trim().length > NAME_CHARS_MAX ? 'too_long' : undefined,
    callTimeoutSeconds: rangeFault(draft.callTimeoutSeconds, TIMEOUT_SECONDS),
    concurrentCallsMax: rangeFault(draft.concurrentCallsMax, CONCURRENT_CALLS),
    resultMebibytes: rangeFault(draft.resultMebibytes, RESULT_MEBIBYTES),
    ...placeFaults(draft),
  }
  return Object.fromEntries(
    Object.entries(faults).flatMap(([field, fault]) =>
      fault === undefined ? [] : [[field, fault]],
    ),
  )
}

function placeFaults(draft: ServerDraft): Record<string, DraftFault | undefined> {
  switch (draft.kind) {
    case 'http':
      return httpFaults(draft)
    case 'stdio':
      return stdioFaults(draft)
    case 'openapi':
      return openApiFaults(draft)
  }
}

/** A server that exists has a document: an empty text, or an address as it was, leaves it as it is. */
function openApiFaults(draft: ServerDraft): Record<string, DraftFault | undefined> {
  const { source, documentUrl, document, baseUrl, headers, credentials, allow } = draft
  const isKept = draft.allow !== null && draft.baseUrl !== ''
  return {
    documentUrl: source === 'address' ? urlFault(documentUrl.trim()) : undefined,
    document: source === 'text' && document.trim() === '' && !isKept ? 'required' : undefined,
    baseUrl: baseUrl.trim() === '' ? undefined : urlFault(baseUrl.trim()),
    allow: allow?.length === 0 ? 'required' : undefined,
    ...entryFaults('headers', headers, headerFault),
    ...Object.fromEntries(
      credentials.map(({ value }, index) => [`credentials.${index}`, credentialFault(value)]),
    ),
  }
}

function credentialFault(value: string): DraftFault | undefined {
  if (value.length > VALUE_CHARS_MAX) return 'too_long'
  return HEADER_VALUE.test(value) ? undefined : 'header_value'
}

function httpFaults({ url, headers }: ServerDraft): Record<string, DraftFault | undefined> {
  return { url: urlFault(url.trim()), ...entryFaults('headers', headers, headerFault) }
}

function stdioFaults(draft: ServerDraft): Record<string, DraftFault | undefined> {
  return {
    command: draft.command.trim() === '' ? 'required' : partFault(draft.command),
    args: argumentsOf(draft.args).map(partFault).find(Boolean),
    cwd: partFault(draft.cwd),
    ...entryFaults('env', draft.env, variableFault),
  }
}

function urlFault(text: string): DraftFault | undefined {
  if (text === '') return 'required'
  if (!URL.canParse(text)) return 'url_form'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'url_scheme'
  if (url.username !== '' || url.password !== '') return 'url_credentials'
  return url.hash === '' ? undefined : 'url_fragment'
}

function entryFaults(
  list: 'headers' | 'env',
  entries: readonly EntryDraft[],
  faultOf: (entry: EntryDraft) => DraftFault | undefined,
): Record<string, DraftFault | undefined> {
  const nameOf = ({ name }: EntryDraft) =>
    list === 'headers' ? name.trim().toLowerCase() : name.trim()
  const names = entries.map(nameOf)
  return Object.fromEntries(
    entries.map((entry, index) => {
      if (isEmptyEntry(entry)) return [`${list}.${index}`, undefined]
      const again = names.indexOf(nameOf(entry)) < index
      return [`${list}.${index}`, again ? 'duplicate' : faultOf(entry)]
    }),
  )
}

function headerFault({ name, value }: EntryDraft): DraftFault | undefined {
  if (!HEADER_NAME.test(name.trim())) return 'header_name'
  if (RELAY_HEADERS.has(name.trim().toLowerCase())) return 'header_relay'
  if (value.length > VALUE_CHARS_MAX) return 'too_long'
  return HEADER_VALUE.test(value) ? undefined : 'header_value'
}

function variableFault({ name, value }: EntryDraft): DraftFault | undefined {
  if (!VARIABLE_NAME.test(name.trim())) return 'variable_name'
  if (value.length > VALUE_CHARS_MAX) return 'too_long'
  return value.includes('\0') ? 'nul' : undefined
}

function partFault(text: string): DraftFault | undefined {
  if (text.length > PART_CHARS_MAX) return 'too_long'
  return text.includes('\0') ? 'nul' : undefined
}

function rangeFault(text: string, { min, max }: { min: number; max: number }) {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number.parseInt(text, 10) : -1
  return value >= min && value <= max ? undefined : 'number_range'
}
