import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { Button, Card, Notice, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { billingProfileQuery } from '../../queries/invoices.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { PartyText } from './party-text.tsx'
import { ProfileDialog } from './profile-dialog.tsx'

/** Who the organization is on its invoices; without it none is written. */
export function ProfileCard({
  organizationId,
  editing,
  onEditing,
}: {
  organizationId: string | undefined
  editing: boolean
  onEditing: (editing: boolean) => void
}) {
  const { t } = useLingui()
  const may = useMay('caps:write')
  const profile = useQuery(billingProfileQuery(useOrchestra(), organizationId))
  const { data } = profile
  const edit = may && data !== undefined && (
    <Button size="sm" icon={Pencil} onClick={() => onEditing(true)}>
      {data === null ? <Trans>Say who you are</Trans> : <Trans>Change</Trans>}
    </Button>
  )
  return (
    <Card title={<Trans>Name and address</Trans>} actions={edit}>
      {data === undefined ? (
        profile.error === null ? (
          <Skeleton lines={4} />
        ) : (
          <ProblemNotice problem={profile.error} retry={() => void profile.refetch()} />
        )
      ) : data === null ? (
        <Notice tone="warn" title={t`No invoice can be written yet`}>
          {may ? (
            <Trans>An invoice names you. Nothing is lost: each night it is tried again.</Trans>
          ) : (
            <Trans>
              An invoice names you. Ask somebody who may set caps to say name and address.
            </Trans>
          )}
        </Notice>
      ) : (
        <PartyText party={data} />
      )}
      {editing && may && data !== undefined && (
        <ProfileDialog
          profile={data}
          organizationId={organizationId}
          onClose={() => onEditing(false)}
        />
      )}
    </Card>
  )
}
