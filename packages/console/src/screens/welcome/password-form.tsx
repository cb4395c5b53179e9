import { Trans, useLingui } from '@lingui/react/macro'
import { useState, type SubmitEvent } from 'react'
import { Button } from '../../kit/button.tsx'
import { Checkbox } from '../../kit/checkbox.tsx'
import { Field } from '../../kit/field.tsx'
import { Input } from '../../kit/input.tsx'
import { ProblemNotice } from '../../kit/problem-notice.tsx'

/** Bounds of a password in characters; the platform enforces the same (POST /v1/session/link). */
const PASSWORD_CHARS = { min: 12, max: 128 }

/** Asks for a new password, once: it can be shown instead of typed twice. */
export function PasswordForm({
  busy,
  problem,
  onPassword,
}: {
  busy: boolean
  problem: unknown
  onPassword: (password: string) => void
}) {
  const { t } = useLingui()
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [refused, setRefused] = useState(false)
  const { min, max } = PASSWORD_CHARS
  const fits = password.length >= min && password.length <= max
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    setRefused(!fits)
    if (fits) onPassword(password)
  }
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3">
      {problem !== null && <ProblemNotice problem={problem} compact />}
      <Field
        label={t`New password`}
        required
        hint={t`${min} characters or more.`}
        error={refused && !fits && t`Choose a password of ${min} to ${max} characters.`}
      >
        {(control) => (
          <Input
            {...control}
            type={shown ? 'text' : 'password'}
            name="new-password"
            autoComplete="new-password"
            autoFocus
            spellCheck={false}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Checkbox label={t`Show the password`} checked={shown} onValue={setShown} />
      <Button type="submit" variant="primary" busy={busy}>
        <Trans>Set the password and sign in</Trans>
      </Button>
    </form>
  )
}
