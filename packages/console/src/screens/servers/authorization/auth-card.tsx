import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { Button, Card, Field, ProblemNotice, Select, toast } from '../../../kit/index.ts'
import { changeMutation } from '../../../queries/servers.ts'
import { useOrchestra } from '../../../session/index.ts'
import { focusFirstFault } from '../register/focus-first-fault.ts'
import { authOf, isAuthChanged, type AuthDraft, type KnownAuth } from './auth-draft.ts'
import { AuthFields } from './auth-fields.tsx'
import { useAuthForm } from './auth-form.ts'

/** How tokens for a server are got. Secrets go in and are never shown; a change replaces all of it. */
export function AuthCard({ server, auth }: { server: Server; auth: KnownAuth }) {
  const [edition, setEdition] = useState(0)
  const onAnew = (): void => setEdition((last) => last + 1)
  return <AuthFormView key={edition} server={server} auth={auth} onAnew={onAnew} />
}

function AuthFormView({
  server,
  auth,
  onAnew,
}: {
  server: Server
  auth: KnownAuth
  onAnew: () => void
}) {
  const { t } = useLingui()
  const formId = useId()
  // As it was when the form was opened, however the server changes meanwhile.
  const [known] = useState(auth)
  const form = useAuthForm(known)
  const change = useMutation(changeMutation(useOrchestra(), server.id))
  const isChanged = isAuthChanged(known, form.draft)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isChanged) return
    if (!form.complete()) return focusFirstFault(formId)
    change.mutate(
      { upstreamAuth: authOf(form.draft) },
      {
        onSuccess: () => {
          toast.show({ tone: 'good', title: t`The authorization of ${server.name} is changed.` })
          onAnew()
        },
      },
    )
  }
  return (
    <Card
      title={t`Authorization at the server`}
      footer={
        <div className="flex flex-wrap items-center gap-3">
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={change.isPending}
            disabled={!isChanged}
          >
            <Trans>Save</Trans>
          </Button>
          <Button disabled={!isChanged || change.isPending} onClick={onAnew}>
            <Trans>Discard</Trans>
          </Button>
          <span role="status">
            {isChanged && <Trans>Saving ends every account that is connected now.</Trans>}
          </span>
        </div>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <KindField kind={form.draft.kind} onKind={(kind) => form.set({ kind })} />
        <AuthFields form={form} redirectUri={known.redirectUri} />
        {change.error && <ProblemNotice problem={change.error} compact />}
      </form>
    </Card>
  )
}

function KindField({
  kind,
  onKind,
}: {
  kind: AuthDraft['kind']
  onKind: (kind: AuthDraft['kind']) => void
}) {
  const { t } = useLingui()
  const hints: Readonly<Record<AuthDraft['kind'], string>> = {
    none: t`The server is called without tokens of its callers, with the headers above.`,
    oauth: t`Who calls connects an account at the server once, when it asks for one.`,
    client_credentials: t`The platform calls with one client, whoever calls.`,
    enterprise: t`The identity provider of the organization vouches for who calls; nobody connects an account.`,
  }
  return (
    <Field label={t`Who the server sees`} hint={hints[kind]}>
      {(control) => (
        <Select
          {...control}
          value={kind}
          onValue={onKind}
          options={[
            { value: 'none', label: t`Nobody: no tokens` },
            { value: 'oauth', label: t`Each person’s account` },
            { value: 'client_credentials', label: t`One client of its owner` },
            { value: 'enterprise', label: t`People by their enterprise` },
          ]}
        />
      )}
    </Field>
  )
}
