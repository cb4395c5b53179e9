import { Trans } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'
import { useNames } from '../../queries/names.ts'
import { KeyName } from '../calls/names-of-call.tsx'

/** Whom a cap binds, in words. */
export function CapScope({ scope: { kind, id } }: { scope: Cap['scope'] }) {
  const names = useNames()
  switch (kind) {
    case 'organization':
      return <Trans>Whole organization</Trans>
    case 'key':
      return (
        <Trans>
          Key <KeyName id={id} names={names} />
        </Trans>
      )
    case 'project':
      return (
        <Trans>
          Project <code>{id}</code>
        </Trans>
      )
    case 'agent':
      return (
        <Trans>
          Agent <code>{id}</code>
        </Trans>
      )
    case 'mandate':
      return (
        <Trans>
          Mandate <code>{id}</code>
        </Trans>
      )
    case 'session':
      return id.startsWith('org_') ? (
        <Trans>Each session</Trans>
      ) : (
        <Trans>
          Each session of <code>{id}</code>
        </Trans>
      )
  }
}
