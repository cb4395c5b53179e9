import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState, type FormEvent } from 'react'
import { Button, Card, Dialog, Field, Input, ProblemNotice, toast } from '../../../kit/index.ts'
import { removeMutation } from '../../../queries/servers.ts'
import { useOrchestra } from '../../../session/index.ts'

/** Removes a server for good, after its alias was typed. */
export function RemoveCard({ server }: { server: Server }) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  return (
    <Card
      title={t`Remove this server`}
      actions={
        <Button size="sm" variant="danger" onClick={() => setAsking(true)}>
          <Trans>Remove</Trans>
        </Button>
      }
    >
      <p className="text-muted">
        <Trans>
          Its address stops working at once and its alias becomes free. Its calls and prices stay in
          the books. This cannot be undone.
        </Trans>
      </p>
      <RemoveDialog server={server} open={asking} onClose={() => setAsking(false)} />
    </Card>
  )
}

function RemoveDialog({
  server,
  open,
  onClose,
}: {
  server: Server
  open: boolean
  onClose: () => void
}) {
  const { t } = useLingui()
  const formId = useId()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  const remove = useMutation(removeMutation(useOrchestra(), server.id))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (typed.trim() !== server.alias) return
    remove.mutate(undefined, {
      onSuccess: () => {
        toast.show({ tone: 'good', title: t`${server.name} is removed.` })
        void navigate({ to: '/servers' })
      },
    })
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="sm"
      title={t`Remove ${server.name}?`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="danger" type="submit" form={formId} busy={remove.isPending}>
            <Trans>Remove for good</Trans>
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={
            <Trans>
              Type <code>{server.alias}</code> to confirm
            </Trans>
          }
          error={tried && typed.trim() !== server.alias && t`That is not its alias.`}
          required
        >
          {(control) => (
            <Input
              {...control}
              mono
              data-autofocus
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        {remove.error && <ProblemNotice problem={remove.error} compact />}
      </form>
    </Dialog>
  )
}
