import { useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Copy, Terminal, TerminalSquare } from 'lucide-react'
import { Button, Menu, toast } from '../../../kit/index.ts'
import type { Call } from './call-record.ts'
import { cliCommand, curlCommand } from './copy-as.ts'
import { boundsOf } from './price-of-call.ts'

/** Copies the call as a command for a terminal; a key is never part of it. */
export function CopyMenu({ server, call: made }: { server: Server; call: Call }) {
  const { t } = useLingui()
  const { alias, endpoint, protocol } = server
  const { tool, args, price, paramHeaders } = made
  const { maxChargeUsd } = boundsOf(price)
  const call = { alias, tool, args, endpoint, protocol, maxChargeUsd, paramHeaders }
  const copy = (text: string, title: string): void => {
    navigator.clipboard.writeText(text).then(
      () => toast.show({ tone: 'good', title }),
      () => toast.show({ tone: 'bad', title: t`The browser did not allow copying.` }),
    )
  }
  return (
    <Menu
      label={t`Copy as`}
      trigger={
        <Button variant="ghost" icon={Copy}>
          {t`Copy as`}
        </Button>
      }
      items={[
        {
          label: t`Command line (orchestra call)`,
          icon: TerminalSquare,
          onSelect: () => copy(cliCommand(call), t`Copied the command`),
        },
        {
          label: t`curl`,
          icon: Terminal,
          onSelect: () =>
            copy(curlCommand(call), t`Copied. Set ORCHESTRA_API_KEY before you run it.`),
        },
      ]}
    />
  )
}
