import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState, type FormEvent } from 'react'
import { Button, Dialog, Notice, ProblemNotice, Tabs, toast } from '../../../kit/index.ts'
import { registerMutation } from '../../../queries/servers.ts'
import { useMe, useOrchestra } from '../../../session/index.ts'
import { focusFirstFault } from './focus-first-fault.ts'
import { HttpFields } from './http-fields.tsx'
import { NamingFields } from './naming-fields.tsx'
import { OpenApiFieldsLater } from './openapi-fields-later.tsx'
import { PolicyFields } from './policy-fields.tsx'
import { configOf } from './server-draft.ts'
import { useServerForm, type ServerForm } from './server-form.ts'
import { StdioFields } from './stdio-fields.tsx'

/** Registers a server and leads to it; what was typed is gone when the dialog closes. */
export function RegisterDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const formId = useId()
  const [busy, setBusy] = useState(false)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t`Register a server`}
      size="lg"
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            <Trans>Register</Trans>
          </Button>
        </>
      }
    >
      <RegisterForm id={formId} onBusy={setBusy} />
    </Dialog>
  )
}

function RegisterForm({ id, onBusy }: { id: string; onBusy: (busy: boolean) => void }) {
  const { t } = useLingui()
  const form = useServerForm()
  const navigate = useNavigate()
  const register = useMutation(registerMutation(useOrchestra()))
  const [unplaced, setUnplaced] = useState<unknown>()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setUnplaced(undefined)
    if (!form.complete()) return focusFirstFault(id)
    onBusy(true)
    register.mutate(configOf(form.draft), {
      onSuccess: (server) => {
        toast.show({ tone: 'good', title: t`${server.name} is registered.` })
        void navigate({ to: '/servers/$id', params: { id: server.id } })
      },
      onError: (problem) => {
        if (form.refuse(problem)) focusFirstFault(id)
        else setUnplaced(problem)
      },
      onSettled: () => onBusy(false),
    })
  }
  return (
    <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TransportTabs form={form} />
      <NamingFields form={form} />
      <PolicyFields form={form} />
      {unplaced !== undefined && <ProblemNotice problem={unplaced} compact />}
    </form>
  )
}

function TransportTabs({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  const mayStart = useMe().permissions.includes('platform:operate')
  return (
    <Tabs
      label={t`How it is reached`}
      value={form.draft.kind}
      onChange={(kind) => form.set({ kind })}
      items={[
        { value: 'http', label: t`HTTP address` },
        { value: 'openapi', label: t`REST API (OpenAPI)` },
        { value: 'stdio', label: t`Local process (stdio)` },
      ]}
    >
      <div className="flex flex-col gap-4">
        {form.draft.kind === 'http' && <HttpFields form={form} />}
        {form.draft.kind === 'openapi' && <OpenApiFieldsLater form={form} />}
        {form.draft.kind === 'stdio' && !mayStart && (
          <Notice tone="warn" title={t`Only operators of the platform may register a process.`}>
            <Trans>Ask one, or give the server an address and register that.</Trans>
          </Notice>
        )}
        {form.draft.kind === 'stdio' && mayStart && <StdioFields form={form} />}
      </div>
    </Tabs>
  )
}
