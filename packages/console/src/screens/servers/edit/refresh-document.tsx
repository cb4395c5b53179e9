import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { Button, ProblemNotice, toast } from '../../../kit/index.ts'
import { refreshDocumentMutation } from '../../../queries/openapi.ts'
import { useOrchestra } from '../../../session/index.ts'

/** Reads the document of a REST API again; what is offered stays, as far as the document still has it. */
export function RefreshDocument({ server }: { server: Server }) {
  const { t } = useLingui()
  const refresh = useMutation(refreshDocumentMutation(useOrchestra(), server.id))
  const { transport } = server
  if (transport?.kind !== 'openapi' || transport.documentUrl === undefined) return null
  const read = (): void => {
    refresh.mutate(undefined, {
      onSuccess: () => toast.show({ tone: 'good', title: t`The document was read again.` }),
    })
  }
  return (
    <div className="flex flex-col gap-2">
      <div>
        <Button icon={RefreshCw} onClick={read} busy={refresh.isPending}>
          <Trans>Read the document again</Trans>
        </Button>
      </div>
      {refresh.isError && <ProblemNotice problem={refresh.error} compact />}
    </div>
  )
}
