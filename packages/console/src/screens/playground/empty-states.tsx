import { Trans } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { SquareTerminal } from 'lucide-react'
import { Card, EmptyState, LinkButton } from '../../kit/index.ts'

/** Before anything is chosen. */
export function NothingChosen() {
  return (
    <Card>
      <EmptyState
        icon={SquareTerminal}
        title={<Trans>Choose a server, then a tool</Trans>}
        body={
          <Trans>
            The form is made of the tool’s schema, and the price is shown before you call.
          </Trans>
        }
      />
    </Card>
  )
}

/** A server is chosen, a tool is not, or is listed no more. */
export function ChooseTool({ missing }: { missing: string | undefined }) {
  return (
    <Card>
      <EmptyState
        icon={SquareTerminal}
        title={
          missing === undefined ? (
            <Trans>Choose a tool</Trans>
          ) : (
            <Trans>This server lists no tool of this name</Trans>
          )
        }
        body={
          missing === undefined ? (
            <Trans>Type to search, arrows to move, Enter to choose.</Trans>
          ) : (
            <code className="break-all">{missing}</code>
          )
        }
      />
    </Card>
  )
}

/** There is nothing to call. */
export function NoServers() {
  return (
    <Card>
      <EmptyState
        icon={SquareTerminal}
        title={<Trans>No server to call yet</Trans>}
        body={<Trans>Register one, or start the platform with its demo servers.</Trans>}
        command="orchestra servers add files -- npx @modelcontextprotocol/server-filesystem ."
        action={
          <LinkButton to="/servers" search={{ dialog: 'register' }}>
            <Trans>Register a server</Trans>
          </LinkButton>
        }
      />
    </Card>
  )
}

/** The server has not listed anything yet. */
export function NoTools({ server }: { server: Server }) {
  return (
    <Card>
      <EmptyState
        icon={SquareTerminal}
        title={<Trans>No tools have been listed yet</Trans>}
        body={<Trans>A gateway lists them when it reaches the server. Look at its state.</Trans>}
        action={
          <LinkButton to="/servers/$id" params={{ id: server.id }}>
            <Trans>Open {server.name}</Trans>
          </LinkButton>
        }
      />
    </Card>
  )
}

/** The address names a server that is not there. */
export function UnknownServer({ alias }: { alias: string }) {
  return (
    <Card>
      <EmptyState
        icon={SquareTerminal}
        title={<Trans>There is no server of this name, or you may not see it</Trans>}
        body={<code className="break-all">{alias}</code>}
      />
    </Card>
  )
}
