import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { authDraftOf, type AuthDraft, type KnownAuth } from './auth-draft.ts'
import { authFaultsOf, type AuthFault } from './auth-faults.ts'

/** The form of a server's authorization: its draft, and the sentence to show at each field. */
export type AuthForm = {
  readonly draft: AuthDraft
  set(change: Partial<AuthDraft>): void
  /** The field was left: from now on its faults are shown as they come and go. */
  touch(field: keyof AuthDraft): void
  errorOf(field: keyof AuthDraft): string | undefined
  /** Shows every fault; whether the draft can be sent. */
  complete(): boolean
}

const SENTENCE: Readonly<Record<AuthFault, MessageDescriptor>> = {
  required: msg`Fill this in.`,
  url_form: msg`Write the whole address, with https:// in front.`,
  scope_form: msg`Write scopes as words with spaces between.`,
  key_form: msg`Paste the whole key, from BEGIN PRIVATE KEY to END PRIVATE KEY.`,
  again: msg`Type the secret again: a change replaces all of the client.`,
  too_long: msg`This is longer than the platform takes; shorten it.`,
}

/** The state of the form, as the server's authorization was when it was opened. */
export function useAuthForm(known: KnownAuth): AuthForm {
  const { i18n } = useLingui()
  const [draft, setDraft] = useState(() => authDraftOf(known))
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [all, setAll] = useState(false)
  const faults = authFaultsOf(draft, known)
  return {
    draft,
    set: (change) => setDraft((before) => ({ ...before, ...change })),
    touch: (field) => setTouched((before) => new Set(before).add(field)),
    errorOf(field) {
      const fault = all || touched.has(field) ? faults[field] : undefined
      return fault === undefined ? undefined : i18n._(SENTENCE[fault])
    },
    complete() {
      setAll(true)
      return Object.keys(faults).length === 0
    },
  }
}
