import { Trans, useLingui } from '@lingui/react/macro'
import type { IssuedKey } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { Button, Dialog, ProblemNotice } from '../../kit/index.ts'
import { createKeyMutation } from '../../queries/keys.ts'
import { useMe, useOrchestra } from '../../session/index.ts'
import { keyFaults, NEW_KEY, newKeyOf, type KeyDraft } from './key-draft.ts'
import { KeyFields } from './key-fields.tsx'

/** Makes a key; its owner shows the secret. */
export function CreateKeyDialog({
  open,
  onClose,
  onIssued,
  draft = NEW_KEY,
}: {
  open: boolean
  onClose: () => void
  onIssued: (issued: IssuedKey) => void
  /** What the form begins with. */
  draft?: KeyDraft
}) {
  const { t } = useLingui()
  const formId = useId()
  const create = useMutation(createKeyMutation(useOrchestra()))
  const close = (): void => {
    create.reset()
    onClose()
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t`Create an API key`}
      size="lg"
      footer={
        <>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending}>
            <Trans>Create the key</Trans>
          </Button>
        </>
      }
    >
      <CreateKeyForm
        id={formId}
        first={draft}
        problem={create.error}
        onSubmit={(key) =>
          create.mutate(key, {
            onSuccess: (issued) => {
              create.reset()
              onIssued(issued)
            },
          })
        }
      />
    </Dialog>
  )
}

function CreateKeyForm({
  id,
  first,
  problem,
  onSubmit,
}: {
  id: string
  first: KeyDraft
  problem: unknown
  onSubmit: (key: ReturnType<typeof newKeyOf>) => void
}) {
  const mine = useMe().permissions
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState(false)
  const faults = keyFaults(draft, mine)
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(faults).length === 0) return onSubmit(newKeyOf(draft, mine))
    const form = event.currentTarget
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
  return (
    <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <KeyFields
        draft={draft}
        mine={mine}
        faults={tried ? faults : {}}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
      />
      {problem !== null && <ProblemNotice problem={problem} compact />}
    </form>
  )
}
