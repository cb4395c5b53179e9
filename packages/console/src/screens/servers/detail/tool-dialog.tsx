import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Play, Tag } from 'lucide-react'
import {
  Button,
  Dialog,
  KeyValue,
  LinkButton,
  Notice,
  PendingValue,
  Time,
} from '../../../kit/index.ts'
import { HiddenNotice, HiddenText } from '../hidden-text-view.tsx'
import { ShownPrice } from '../price/shown-price.tsx'
import { useMayPrice } from '../price/may-price.ts'
import { ToolHints } from '../tool-hints.tsx'
import { ToolSchema } from './tool-schema.tsx'
import type { ToolRow } from './tool-row.ts'

/** One tool: what it says of itself, what it takes, what it costs. Open while there is a row. */
export function ToolDialog({
  server,
  row,
  onPrice,
  onClose,
}: {
  server: Server
  row: ToolRow | undefined
  onPrice: () => void
  onClose: () => void
}) {
  const mayPrice = useMayPrice(server)
  return (
    <Dialog
      open={row !== undefined}
      onClose={onClose}
      size="lg"
      title={<code className="break-all">{row?.name}</code>}
      description={row?.tool?.title && <HiddenText text={row.tool.title} />}
      footer={
        <>
          {mayPrice && (
            <Button icon={Tag} onClick={onPrice}>
              <Trans>Set price</Trans>
            </Button>
          )}
          <LinkButton
            variant="primary"
            icon={Play}
            to="/playground"
            search={{ server: server.alias, ...(row === undefined ? {} : { tool: row.name }) }}
          >
            <Trans>Open in the playground</Trans>
          </LinkButton>
        </>
      }
    >
      {row !== undefined && <ToolView row={row} />}
    </Dialog>
  )
}

function ToolView({ row: { name, tool, price } }: { row: ToolRow }) {
  const { t } = useLingui()
  const text = tool?.description ?? ''
  return (
    <>
      <HiddenNotice text={`${name}${tool?.title ?? ''}${text}`} />
      {typeof tool?.quarantined === 'string' && <QuarantineNotice reason={tool.quarantined} />}
      {text !== '' && (
        <p className="whitespace-pre-wrap">
          <HiddenText text={text} />
        </p>
      )}
      <KeyValue
        items={[
          {
            label: t`Price per call`,
            value: <PriceNow price={price} />,
          },
          ...(price?.next === undefined
            ? []
            : [
                {
                  label: t`Announced`,
                  value: (
                    <Trans>
                      <ShownPrice price={price.next} /> from <Time value={price.next.startsAt} />
                    </Trans>
                  ),
                },
              ]),
          ...(tool === undefined ? [] : [{ label: t`It says`, value: <ToolHints tool={tool} /> }]),
          ...(tool === undefined
            ? []
            : [{ label: t`Last listed`, value: <Time value={tool.observedAt} relative /> }]),
        ]}
      />
      {tool !== undefined && <ToolSchema schema={tool.inputSchema} />}
    </>
  )
}

/** Why the tool is only at its server's own endpoint, in the gateway's words. */
function QuarantineNotice({ reason }: { reason: string }) {
  const { t } = useLingui()
  return (
    <Notice tone="warn" title={t`Kept out of merged lists`}>
      <HiddenText text={reason} />{' '}
      <Trans>
        Clients or model APIs would refuse every tool beside it. It can still be called at this
        server’s own endpoint.
      </Trans>
    </Notice>
  )
}

function PriceNow({ price }: Pick<ToolRow, 'price'>) {
  if (price === undefined) return <PendingValue />
  return price.now ? <ShownPrice price={price.now} /> : <Trans>Free</Trans>
}
