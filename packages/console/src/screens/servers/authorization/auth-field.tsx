import { useLingui } from '@lingui/react/macro'
import { Field, Input } from '../../../kit/index.ts'
import type { AuthDraft } from './auth-draft.ts'
import type { AuthForm } from './auth-form.ts'

/** The fields of a draft that are one line of text. */
export type TextName = Exclude<keyof AuthDraft, 'kind' | 'proof' | 'algorithm'>

/** One line of a server's authorization; a secret is never shown, not even while it is typed. */
export function AuthField({
  form,
  name,
  label,
  hint,
  placeholder,
  secret = false,
  optional = false,
}: {
  form: AuthForm
  name: TextName
  label: string
  hint?: string
  placeholder?: string
  secret?: boolean
  optional?: boolean
}) {
  const { t } = useLingui()
  return (
    <Field
      label={label}
      hint={hint}
      error={form.errorOf(name)}
      optional={optional}
      required={!optional}
    >
      {(control) => (
        <Input
          {...control}
          mono
          type={secret ? 'password' : 'text'}
          autoComplete={secret ? 'new-password' : 'off'}
          spellCheck={false}
          placeholder={secret ? t`Secret value` : placeholder}
          value={form.draft[name]}
          onChange={(event) => form.set({ [name]: event.target.value })}
          onBlur={() => form.touch(name)}
        />
      )}
    </Field>
  )
}
