import { Trans } from '@lingui/react/macro'
import { Identifier } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { useMe } from '../../session/index.ts'
import { KeyName, OrganizationName, ServerName } from '../calls/names-of-call.tsx'

/** Who acted, or what was acted upon: by its name where the reader may know it, else by its id. */
export function ThingName({ id, names }: { id: string; names: Names }) {
  const me = useMe()
  if (id === me.member?.id) return <span title={id}>{me.member.name || <Trans>You</Trans>}</span>
  switch (id.slice(0, 4)) {
    case 'key_':
      return <KeyName id={id} names={names} />
    case 'srv_':
      return <ServerName id={id} names={names} />
    case 'org_':
      return <OrganizationName id={id} names={names} />
    case 'inc_':
      return (
        <Trans>
          Gateway <Identifier value={id} />
        </Trans>
      )
    default:
      if (id === 'system') return <Trans>The platform itself</Trans>
      return /^[a-z]{3}_/.test(id) ? <Identifier value={id} /> : <span>{id}</span>
  }
}
