import type { MCPChange, Server } from '@mcp-orchestra/sdk'
import {
  argumentsOf,
  documentOf,
  BYTES_PER_MEBIBYTE,
  isEmptyEntry,
  limitsOf,
  MS_PER_SECOND,
  NEW_SERVER,
  type EntryDraft,
  type ServerDraft,
} from '../register/server-draft.ts'

const PROTOCOL_OF = { auto: 'auto', legacy: 'MCP-v1', modern: 'MCP-v2' } as const

/** A server as its form shows it: secrets by name, bounds rounded up to the form's units. */
export function draftOf(server: Server): ServerDraft {
  const { limits, transport } = server
  return {
    ...NEW_SERVER,
    ...transportDraft(transport),
    name: server.name,
    alias: server.alias,
    era: PROTOCOL_OF[server.era],
    visibility: server.visibility,
    callTimeoutSeconds: String(Math.ceil(limits.callTimeoutMs / MS_PER_SECOND)),
    concurrentCallsMax: String(limits.concurrentCallsMax),
    resultMebibytes: String(Math.ceil(limits.resultBytesMax / BYTES_PER_MEBIBYTE)),
    announcePrices: server.announcePrices,
    chargeToolErrors: server.chargeToolErrors,
  }
}

/**
 * What to send: only what was changed in the form, so that nothing is rounded and nobody's change of another
 * field is written over.
 */
export function changeOf(before: ServerDraft, draft: ServerDraft): MCPChange {
  const name = draft.name.trim()
  const is = (field: keyof ServerDraft): boolean => before[field] !== draft[field]
  const { callTimeoutMs, concurrentCallsMax, resultBytesMax } = limitsOf(draft)
  const limits = {
    ...(is('callTimeoutSeconds') ? { callTimeoutMs } : {}),
    ...(is('concurrentCallsMax') ? { concurrentCallsMax } : {}),
    ...(is('resultMebibytes') ? { resultBytesMax } : {}),
  }
  const transport = transportChange(before, draft)
  const isElsewhere = JSON.stringify(transportChange(before, before)) !== JSON.stringify(transport)
  return {
    ...(name === before.name || name === '' ? {} : { name }),
    ...(isElsewhere ? { transport } : {}),
    ...(is('era') ? { protocol: draft.era } : {}),
    ...(is('visibility') ? { visibility: draft.visibility } : {}),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(is('announcePrices') ? { announcePrices: draft.announcePrices } : {}),
  }
}

function transportDraft(transport: Server['transport']): Partial<ServerDraft> {
  if (transport === null) return {}
  if (transport.kind === 'http') {
    return { kind: 'http', url: transport.url, headers: entriesOf(transport.headers) }
  }
  if (transport.kind === 'openapi') {
    const { baseUrl, headers, credentials, documentUrl = '', allow } = transport
    return {
      kind: 'openapi',
      source: documentUrl === '' ? 'text' : 'address',
      documentUrl,
      baseUrl,
      headers: entriesOf(headers),
      credentials: entriesOf(credentials),
      allow,
    }
  }
  const { command, args, env, cwd = '' } = transport
  return { kind: 'stdio', command, args: args.join('\n'), env: entriesOf(env), cwd }
}

function entriesOf(secrets: Readonly<Record<string, string>>): EntryDraft[] {
  return Object.keys(secrets).map((name) => ({ name, value: '', kept: true }))
}

function transportChange(
  before: ServerDraft,
  draft: ServerDraft,
): NonNullable<MCPChange['transport']> {
  if (draft.kind === 'http') {
    return { kind: 'http', url: draft.url.trim(), headers: secretsOf(draft.headers) }
  }
  if (draft.kind === 'openapi') {
    const baseUrl = draft.baseUrl.trim()
    const isAnother =
      draft.source === 'address'
        ? draft.documentUrl.trim() !== before.documentUrl
        : draft.document.trim() !== ''
    return {
      kind: 'openapi',
      ...(isAnother ? documentOf(draft) : {}),
      ...(baseUrl === '' ? {} : { baseUrl }),
      headers: secretsOf(draft.headers),
      credentials: secretsOf(
        draft.credentials.filter(({ value, kept }) => value !== '' || kept === true),
      ),
      ...(draft.allow === null ? {} : { allow: draft.allow }),
    }
  }
  const cwd = draft.cwd.trim()
  return {
    kind: 'stdio',
    command: draft.command.trim(),
    args: argumentsOf(draft.args),
    env: secretsOf(draft.env),
    ...(cwd === '' ? {} : { cwd }),
  }
}

/** Null keeps a value that was not typed again. */
function secretsOf(entries: readonly EntryDraft[]): Record<string, string | null> {
  const filled = entries.filter((entry) => !isEmptyEntry(entry))
  return Object.fromEntries(
    filled.map(({ name, value, kept }) => [
      name.trim(),
      kept === true && value === '' ? null : value,
    ]),
  )
}
