import { Trans, useLingui } from '@lingui/react/macro'
import type { BillingProfile } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState, type ComponentProps } from 'react'
import { Field, FormDialog, Input, toast } from '../../kit/index.ts'
import { saveProfileMutation } from '../../queries/invoices.ts'
import { useOrchestra } from '../../session/index.ts'
import {
  draftOf,
  NO_PROFILE,
  PROFILE_CHARS_MAX,
  profileOf,
  type ProfileDraft,
  type ProfileFault,
} from './profile-draft.ts'

/** Name and address on the next invoices; what was written keeps what it says. */
export function ProfileDialog({
  profile,
  organizationId,
  onClose,
}: {
  profile: BillingProfile | null
  organizationId: string | undefined
  onClose: () => void
}) {
  const { t } = useLingui()
  const [draft, setDraft] = useState(() => (profile === null ? NO_PROFILE : draftOf(profile)))
  const [tried, setTried] = useState(false)
  const save = useMutation(saveProfileMutation(useOrchestra(), organizationId))
  const read = profileOf(draft)
  const submit = (): void => {
    setTried(true)
    if ('faults' in read) return
    const onSuccess = (): void => {
      toast.show({ tone: 'good', title: t`Saved. The next invoices say it.` })
      onClose()
    }
    save.mutate(read.profile, { onSuccess })
  }
  const part = (member: keyof ProfileDraft): Omit<ComponentProps<typeof Part>, 'label'> => ({
    value: draft[member],
    charsMax: PROFILE_CHARS_MAX[member],
    fault: tried && 'faults' in read ? read.faults[member] : undefined,
    onValue: (value) => setDraft((before) => ({ ...before, [member]: value })),
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={<Trans>Name and address on invoices</Trans>}
      description={
        <Trans>They stand on the next invoices; those that are written stay as they are.</Trans>
      }
      submitLabel={<Trans>Save</Trans>}
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
    >
      <Part label={t`Name`} complete="organization" {...part('name')} />
      <Part label={t`Street and number`} complete="address-line1" {...part('line1')} />
      <Part optional label={t`Second line`} complete="address-line2" {...part('line2')} />
      <div className="grid grid-cols-2 gap-3">
        <Part label={t`Postcode`} complete="postal-code" {...part('postcode')} />
        <Part label={t`City`} complete="address-level2" {...part('city')} />
      </div>
      <Part
        label={t`Country`}
        hint={t`Two letters, as DE`}
        complete="country"
        {...part('country')}
      />
      <Part label={t`Email for invoices`} type="email" complete="email" {...part('email')} />
      <Part optional label={t`VAT or tax number`} {...part('taxId')} />
      <Part optional label={t`Registration number`} {...part('legalId')} />
    </FormDialog>
  )
}

function Part({
  label,
  value,
  charsMax,
  fault,
  onValue,
  hint,
  type = 'text',
  complete = 'off',
  optional = false,
}: {
  label: string
  value: string
  charsMax: number
  fault: ProfileFault | undefined
  onValue: (value: string) => void
  hint?: string
  type?: 'text' | 'email'
  /** What a browser may fill in (HTML autofill). */
  complete?: string
  optional?: boolean
}) {
  const { t } = useLingui()
  const words: Record<ProfileFault, string> = {
    missing: t`Please fill this in.`,
    country: t`The two letters of a country, as DE.`,
    email: t`An address such as billing@example.com.`,
  }
  return (
    <Field
      label={label}
      hint={hint}
      optional={optional}
      required={!optional}
      error={fault === undefined ? undefined : words[fault]}
    >
      {(control) => (
        <Input
          {...control}
          type={type}
          autoComplete={complete}
          maxLength={charsMax}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  )
}
