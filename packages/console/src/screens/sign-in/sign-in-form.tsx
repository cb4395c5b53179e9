import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Button } from '../../kit/button.tsx'
import { Field } from '../../kit/field.tsx'
import { Input } from '../../kit/input.tsx'
import { ProblemNotice } from '../../kit/problem-notice.tsx'
import { signIn } from '../../session/sign-in.ts'

/** E-mail address and password; the page's and the dialog's. */
export function SignInForm({ email: known = '', onDone }: { email?: string; onDone: () => void }) {
  const { t } = useLingui()
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  const { mutate, isPending, error } = useMutation({ mutationFn: signIn, onSuccess: onDone })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const incomplete = !email.includes('@') || password === ''
    setMissing(incomplete)
    if (!incomplete) mutate({ email: email.trim(), password })
  }
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {error !== null && <ProblemNotice problem={error} compact />}
      <Field
        label={t`E-mail address`}
        required
        error={missing && !email.includes('@') && t`Write your e-mail address.`}
      >
        {(control) => (
          <Input
            {...control}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus={known === ''}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t`Password`}
        required
        error={missing && password === '' && t`Write your password.`}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            name="password"
            autoComplete="current-password"
            autoFocus={known !== ''}
            data-autofocus={known === '' ? undefined : ''}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" busy={isPending}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  )
}
