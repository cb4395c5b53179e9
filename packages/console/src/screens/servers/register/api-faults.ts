import { OrchestraProblem } from '@mcp-orchestra/sdk'
import type { DraftFaults } from './draft-faults.ts'
import type { ServerDraft } from './server-draft.ts'

/** A refusal of the API, told apart: sentences that belong to a field, and whether all of it does. */
export type ApiFaults = {
  readonly fields: Readonly<Record<string, string>>
  /** What the form itself has a sentence for. */
  readonly faults?: DraftFaults
  /** Nothing is left to show beside the fields. */
  readonly placed: boolean
}

/** Fields of the wire that have another name in the form. */
const FORM_FIELD: Readonly<Record<string, string>> = {
  'transport.url': 'url',
  'transport.command': 'command',
  'transport.args': 'args',
  'transport.cwd': 'cwd',
  'transport.documentUrl': 'documentUrl',
  'transport.document': 'document',
  'transport.baseUrl': 'baseUrl',
  'transport.allow': 'allow',
  'limits.callTimeoutMs': 'callTimeoutSeconds',
  'limits.concurrentCallsMax': 'concurrentCallsMax',
  'limits.resultBytesMax': 'resultMebibytes',
}

/** Puts what the API refused beside the field it is about. */
export function apiFaults(problem: unknown, draft: ServerDraft): ApiFaults {
  if (!(problem instanceof OrchestraProblem)) return { fields: {}, placed: false }
  const sentence = problem.detail ?? problem.title
  if (problem.code === 'hub.alias_taken') {
    return { fields: { alias: problem.title }, placed: true }
  }
  if (problem.code === 'hub.command_forbidden') {
    return { fields: { command: problem.title }, placed: true }
  }
  if (problem.code === 'hub.transport_refused') {
    return { fields: { [refusedField(sentence, draft)]: sentence }, placed: true }
  }
  if (problem.code === 'hub.document_refused' || problem.code === 'hub.document_unreachable') {
    const field = draft.source === 'address' ? 'documentUrl' : 'document'
    return { fields: { [field]: sentence }, placed: true }
  }
  if (problem.code === 'hub.secret_needed') return neededSecrets(problem, draft)
  if (problem.code !== 'request.invalid') return { fields: {}, placed: false }
  return invalidFields(problem.members['errors'], draft)
}

/** Values that the API does not keep under a new address: beside each name. */
function neededSecrets(problem: OrchestraProblem, draft: ServerDraft): ApiFaults {
  const names: unknown[] = Array.isArray(problem.members['names']) ? problem.members['names'] : []
  const lists =
    draft.kind === 'stdio'
      ? (['env'] as const)
      : draft.kind === 'http'
        ? (['headers'] as const)
        : (['headers', 'credentials'] as const)
  const fields = names.map((name) =>
    lists.map((list) => entryField(list, String(name), draft)).find(Boolean),
  )
  const placed = fields.filter((field) => field !== undefined)
  return {
    fields: {},
    faults: Object.fromEntries(placed.map((field) => [field, 'secret_needed' as const])),
    placed: fields.length > 0 && placed.length === fields.length,
  }
}

function invalidFields(errors: unknown, draft: ServerDraft): ApiFaults {
  const list: unknown[] = Array.isArray(errors) ? errors : []
  const placed = list.flatMap((error) => {
    if (typeof error !== 'object' || error === null) return []
    const { field, message } = { field: undefined, message: undefined, ...error }
    if (typeof field !== 'string' || typeof message !== 'string') return []
    const place = formField(field, draft)
    return place === undefined ? [] : [[place, message] as const]
  })
  return {
    fields: Object.fromEntries(placed),
    placed: list.length > 0 && placed.length === list.length,
  }
}

function formField(field: string, draft: ServerDraft): string | undefined {
  const entry = /^transport\.(headers|env)\.(.+)$/.exec(field)
  if (entry !== null)
    return entryField(entry[1] === 'env' ? 'env' : 'headers', entry[2] ?? '', draft)
  const known = FORM_FIELD[field.replace(/\.\d+$/, '')] ?? field
  return Object.hasOwn(draft, known) ? known : undefined
}

function entryField(
  list: 'headers' | 'env' | 'credentials',
  name: string,
  draft: ServerDraft,
): string | undefined {
  const index = draft[list].findIndex((entry) => entry.name.trim() === name)
  return index === -1 ? undefined : `${list}.${index}`
}

/** The API names the header or the variable in its sentence; else it is about the address or the command. */
function refusedField(sentence: string, draft: ServerDraft): string {
  const list = draft.kind === 'stdio' ? 'env' : 'headers'
  const named = draft[list].findIndex(
    ({ name }) => name.trim() !== '' && sentence.includes(name.trim()),
  )
  if (named !== -1) return `${list}.${named}`
  return { http: 'url', stdio: 'command', openapi: 'baseUrl' }[draft.kind]
}
