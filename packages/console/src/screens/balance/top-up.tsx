import { Trans, useLingui } from '@lingui/react/macro'
import { formatMoney, type TopUp } from '@mcp-orchestra/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Field, FormDialog, Notice, Select, toast } from '../../kit/index.ts'
import { organizationsQuery, topUpMutation } from '../../queries/balance.ts'
import { useMe, useOrchestra } from '../../session/index.ts'
import { newIdempotencyKey, readAmount } from './top-up-form.ts'
import { UsdField } from './usd-field.tsx'

/** Adds demo money to a balance; operators only. One filled form tops up once, however often it is sent. */
export function TopUpDialog({
  open,
  onClose,
  organizationId,
}: {
  open: boolean
  onClose: () => void
  /** Whose balance, unless another one is chosen. */
  organizationId: string
}) {
  return open ? (
    <TopUpForm key={organizationId} onClose={onClose} organizationId={organizationId} />
  ) : null
}

function TopUpForm({ onClose, organizationId }: { onClose: () => void; organizationId: string }) {
  const { t } = useLingui()
  const [form, setForm] = useState(() => ({
    organizationId,
    amount: '1',
    key: newIdempotencyKey(),
  }))
  const [tried, setTried] = useState(false)
  const topUp = useMutation(topUpMutation(useOrchestra()))
  const read = readAmount(form.amount)
  // Another amount or another organization is another top-up, with a key of its own.
  const change = (changed: { organizationId?: string; amount?: string }): void =>
    setForm((before) => ({ ...before, ...changed, key: newIdempotencyKey() }))
  const done = (made: TopUp): void => {
    toast.show({ tone: 'good', title: t`Added ${formatMoney(made.amount)} of demo money` })
    onClose()
  }
  const submit = (): void => {
    setTried(true)
    if ('fault' in read) return
    topUp.mutate(
      { organizationId: form.organizationId, usd: read.usd, idempotencyKey: form.key },
      { onSuccess: done },
    )
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={<Trans>Top up</Trans>}
      submitLabel={<Trans>Add demo money</Trans>}
      busy={topUp.isPending}
      error={topUp.error}
      onSubmit={submit}
    >
      <Notice tone="info" title={<Trans>This is demo money</Trans>}>
        <Trans>It is worth nothing outside of this platform, and nobody is charged for it.</Trans>
      </Notice>
      <WhoseBalance
        value={form.organizationId}
        onValue={(chosen) => change({ organizationId: chosen })}
      />
      <UsdField value={form.amount} onValue={(amount) => change({ amount })} tried={tried} />
    </FormDialog>
  )
}

function WhoseBalance({
  value,
  onValue,
}: {
  value: string
  onValue: (organizationId: string) => void
}) {
  const { t } = useLingui()
  const me = useMe()
  const organizations = useQuery(organizationsQuery(useOrchestra()))
  const others = organizations.data?.items ?? []
  const options = [me.organization, ...others.filter(({ id }) => id !== me.organization.id)]
  return (
    <Field label={t`Organization`}>
      {(control) => (
        <Select
          {...control}
          options={options.map(({ id, name }) => ({ value: id, label: name }))}
          value={value}
          onValue={onValue}
        />
      )}
    </Field>
  )
}
