import { Trans, useLingui } from '@lingui/react/macro'
import type { IssuedKey } from '@mcp-orchestra/sdk'
import { createLazyRoute, getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button, Page } from '../../kit/index.ts'
import { useMay } from '../../session/index.ts'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import type { KeyAction } from './key-columns.tsx'
import { KeyList } from './key-list.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { validateSearch, type KeysSearch } from './search.ts'
import { SecretDialog } from './secret-dialog.tsx'

const route = getRouteApi('/keys')

/** The keys of the organization: made, rotated, revoked. */
export const Route = createLazyRoute('/keys')({ component: KeysScreen })

function KeysScreen() {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayMake = useMay('keys:write')
  const [action, setAction] = useState<KeyAction>()
  const [issued, setIssued] = useState<IssuedKey>()
  const put = (change: { [K in keyof KeysSearch]?: KeysSearch[K] | undefined }): void =>
    void navigate({
      search: (before) => validateSearch({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  const show = (next: IssuedKey): void => {
    setIssued(next)
    setAction(undefined)
    if (search.dialog !== undefined) put({ dialog: undefined })
  }
  const create = mayMake && (
    <Button variant="primary" icon={Plus} onClick={() => put({ dialog: 'create' })}>
      <Trans>Create a key</Trans>
    </Button>
  )
  const target = (kind: KeyAction['kind']) => (action?.kind === kind ? action.key : undefined)
  const close = (): void => setAction(undefined)
  return (
    <Page
      title={t`API keys`}
      lead={t`Clients and scripts prove with a key who they are. A secret is shown once.`}
      actions={create}
    >
      <KeyList
        search={search}
        onSearch={put}
        onAction={mayMake ? setAction : undefined}
        create={create}
      />
      <CreateKeyDialog
        open={search.dialog === 'create' && mayMake && issued === undefined}
        onClose={() => put({ dialog: undefined })}
        onIssued={show}
      />
      <RotateDialog apiKey={target('rotate')} onClose={close} onIssued={show} />
      <RevokeDialog apiKey={target('revoke')} onClose={close} />
      <SecretDialog
        issued={issued}
        title={t`Your new key: ${issued?.key.name ?? ''}`}
        onClose={() => setIssued(undefined)}
      />
    </Page>
  )
}
