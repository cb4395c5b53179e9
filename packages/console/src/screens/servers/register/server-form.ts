import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { apiFaults } from './api-faults.ts'
import { faultsOf } from './draft-faults.ts'
import { FAULT_SENTENCE } from './fault-sentence.ts'
import { NEW_SERVER, suggestAlias, type ServerDraft } from './server-draft.ts'

/** The form of a server: its draft, and the sentence to show at each field. */
export type ServerForm = {
  readonly draft: ServerDraft
  /** Changes the draft; what the API said about the changed fields is no longer true. */
  set(change: Partial<ServerDraft>): void
  /** The field was left: from now on its faults are shown as they come and go. */
  touch(field: string): void
  errorOf(field: string): string | undefined
  /** Shows every fault; whether the draft can be sent. */
  complete(): boolean
  /** Takes what the API refused to its fields; false when something is left to say beside them. */
  refuse(problem: unknown): boolean
}

/** The state of the form of a server; of a new one, the alias follows its name until it is typed. */
export function useServerForm(start: ServerDraft = NEW_SERVER): ServerForm {
  const { i18n } = useLingui()
  const [draft, setDraft] = useState(start)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [all, setAll] = useState(false)
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({})
  const [ownAlias, setOwnAlias] = useState(start.alias !== '')
  const faults = faultsOf(draft)
  return {
    draft,
    set(change) {
      if ('alias' in change) setOwnAlias(change.alias !== '')
      setDraft((before) => {
        const next = { ...before, ...change }
        const follows = !ownAlias && !('alias' in change)
        const url = next.kind === 'openapi' ? next.documentUrl : next.url
        return follows ? { ...next, alias: suggestAlias({ ...next, url }) } : next
      })
      setRefused((before) => without(before, Object.keys(change)))
    },
    touch: (field) => setTouched((before) => new Set(before).add(field)),
    errorOf(field) {
      const fault = all || touched.has(field) ? faults[field] : undefined
      return fault === undefined ? refused[field] : i18n._(FAULT_SENTENCE[fault])
    },
    complete() {
      setAll(true)
      return Object.keys(faults).length === 0
    },
    refuse(problem) {
      const { fields, faults: known = {}, placed } = apiFaults(problem, draft)
      const said = Object.entries(known).map(([field, fault]) => [
        field,
        i18n._(FAULT_SENTENCE[fault]),
      ])
      setRefused({ ...fields, ...Object.fromEntries(said) })
      return placed
    },
  }
}

function without(
  refused: Readonly<Record<string, string>>,
  changed: readonly string[],
): Readonly<Record<string, string>> {
  const stays = ([field]: [string, string]): boolean =>
    !changed.some((name) => field === name || field.startsWith(`${name}.`))
  return Object.fromEntries(Object.entries(refused).filter(stays))
}
