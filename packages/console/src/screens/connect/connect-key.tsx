import { Trans, useLingui } from '@lingui/react/macro'
import type { IssuedKey, Server } from '@mcp-orchestra/sdk'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Button, CodeBlock, Notice, TextLink } from '../../kit/index.ts'
import { useMay } from '../../session/index.ts'
import { CreateKeyDialog } from '../keys/create-key-dialog.tsx'
import { NEW_KEY } from '../keys/key-draft.ts'

/** The key of the client: made here and now, or one that its owner has and puts in place of the placeholder. */
export function ConnectKey({
  client,
  server,
  issued,
  onIssued,
}: {
  /** The client's name: the key is called after it. */
  client: string
  server: Server | undefined
  issued: IssuedKey | undefined
  onIssued: (issued: IssuedKey | undefined) => void
}) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const mayMake = useMay('keys:write')
  const draft = {
    ...NEW_KEY,
    name: server === undefined ? client : `${client}, ${server.name}`,
    ...(server === undefined ? {} : { everyServer: false, servers: [server.id] }),
  }
  if (issued !== undefined) return <NewKey issued={issued} onForget={() => onIssued(undefined)} />
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="max-w-[60ch] text-muted">
        <Trans>
          Make a key for this client alone: you can revoke it without touching the others. Or put a
          key that you have in place of the placeholder. <TextLink to="/keys">All keys</TextLink>
        </Trans>
      </p>
      {mayMake && (
        <Button variant="primary" icon={KeyRound} onClick={() => setAsking(true)}>
          <Trans>Create a key</Trans>
        </Button>
      )}
      <CreateKeyDialog
        open={asking}
        draft={draft}
        onClose={() => setAsking(false)}
        onIssued={(next) => {
          setAsking(false)
          onIssued(next)
        }}
      />
      <span className="sr-only" role="status">
        {issued === undefined ? '' : t`The key is in the configuration below.`}
      </span>
    </div>
  )
}

function NewKey({ issued, onForget }: { issued: IssuedKey; onForget: () => void }) {
  const { t } = useLingui()
  return (
    <div className="flex flex-col gap-3">
      <Notice
        tone="warn"
        live
        title={t`The key “${issued.key.name}” is shown only now.`}
        actions={
          <Button size="sm" onClick={onForget}>
            <Trans>Forget it here</Trans>
          </Button>
        }
      >
        <Trans>
          It is in the configuration below. It is gone from this page when you leave it.
        </Trans>
      </Notice>
      <CodeBlock text={issued.secret} label={t`API key`} wrap />
    </div>
  )
}
