import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { Button, Card, ProblemNotice, toast } from '../../../kit/index.ts'
import { changeMutation } from '../../../queries/servers.ts'
import { useMay, useOrchestra } from '../../../session/index.ts'
import { TransportFacts } from '../detail/transport-facts.tsx'
import { focusFirstFault } from '../register/focus-first-fault.ts'
import { HttpFields } from '../register/http-fields.tsx'
import { NameField, VisibilityField } from '../register/naming-fields.tsx'
import { OpenApiFieldsLater } from '../register/openapi-fields-later.tsx'
import { PolicyFields } from '../register/policy-fields.tsx'
import { useServerForm } from '../register/server-form.ts'
import { StdioFields } from '../register/stdio-fields.tsx'
import { RefreshDocument } from './refresh-document.tsx'
import { changeOf, draftOf } from './server-change.ts'

/** Changes a server in place. What is typed stays when it is refused, and begins anew once it is saved. */
export function EditCard({ server }: { server: Server }) {
  const [edition, setEdition] = useState(0)
  return <EditForm key={edition} server={server} onAnew={() => setEdition((last) => last + 1)} />
}

function EditForm({ server, onAnew }: { server: Server; onAnew: () => void }) {
  const { t } = useLingui()
  const formId = useId()
  // As it was when the form was opened: only what is typed is sent, however the server changes meanwhile.
  const [start] = useState(() => draftOf(server))
  const form = useServerForm(start)
  const change = useMutation(changeMutation(useOrchestra(), server.id))
  const [unplaced, setUnplaced] = useState<unknown>()
  const wish = changeOf(start, form.draft)
  const isChanged = Object.keys(wish).length > 0
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setUnplaced(undefined)
    if (!isChanged) return
    if (!form.complete()) return focusFirstFault(formId)
    change.mutate(wish, {
      onSuccess: ({ server: { name }, pendingGateways }) => {
        const names = pendingGateways.join(', ')
        const title = t`${name} is changed.`
        if (names === '') toast.show({ tone: 'good', title })
        else toast.show({ tone: 'warn', title, body: t`Not yet applied by: ${names}` })
        onAnew()
      },
      onError: (problem) => {
        if (form.refuse(problem)) focusFirstFault(formId)
        else setUnplaced(problem)
      },
    })
  }
  return (
    <Card
      title={t`Name, address and limits`}
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
          <span role="status">{isChanged && <Trans>Not saved yet</Trans>}</span>
        </div>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <NameField form={form} />
        <VisibilityField form={form} />
        <PlaceFields form={form} server={server} />
        <PolicyFields form={form} isNew={false} />
        {unplaced !== undefined && <ProblemNotice problem={unplaced} compact />}
      </form>
    </Card>
  )
}

/** How it is reached; a process only for operators, who alone may name one. */
function PlaceFields({ form, server }: { form: ReturnType<typeof useServerForm>; server: Server }) {
  const mayStart = useMay('platform:operate')
  if (form.draft.kind === 'http') return <HttpFields form={form} />
  if (form.draft.kind === 'openapi') {
    return (
      <>
        <OpenApiFieldsLater form={form} isNew={false} />
        <RefreshDocument server={server} />
      </>
    )
  }
  if (mayStart) return <StdioFields form={form} />
  return <TransportFacts transport={server.transport} />
}
