import { Trans, useLingui } from '@lingui/react/macro'
import type { Price, Server } from '@mcp-orchestra/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { Button, Dialog, Time } from '../../../kit/index.ts'
import { platformFeeQuery, setPriceMutation } from '../../../queries/prices.ts'
import { useOrchestra } from '../../../session/index.ts'
import type { PricedToolRow } from '../detail/tool-row.ts'
import { PricePublished } from './price-published.tsx'
import { feeBpsOf } from './price-form.ts'
import { ShownPrice } from './shown-price.tsx'
import { PriceFormView } from './price-form-view.tsx'

/** Sets the price of a tool and says when it starts. Open while there is a row. */
export function PriceDialog({
  server,
  row,
  siblings,
  onClose,
}: {
  server: Server
  row: PricedToolRow | undefined
  siblings: readonly Price[]
  onClose: () => void
}) {
  const { t } = useLingui()
  const formId = useId()
  const orchestra = useOrchestra()
  const set = useMutation(setPriceMutation(orchestra, server.id))
  const own = row && feeBpsOf(row, siblings)
  const others = useQuery({
    ...platformFeeQuery(orchestra),
    enabled: row !== undefined && own === undefined,
  })
  const close = (): void => {
    set.reset()
    onClose()
  }
  return (
    <Dialog
      open={row !== undefined}
      onClose={close}
      title={set.data === undefined ? t`Set a price` : t`The price is published`}
      description={row && <PriceNow row={row} />}
      footer={
        set.data === undefined ? (
          <>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button variant="primary" type="submit" form={formId} busy={set.isPending}>
              <Trans>Publish the price</Trans>
            </Button>
          </>
        ) : (
          <Button key="done" variant="primary" autoFocus onClick={close}>
            <Trans>Done</Trans>
          </Button>
        )
      }
    >
      {row !== undefined && set.data === undefined && (
        <PriceFormView
          id={formId}
          row={row}
          feeBps={own ?? others.data ?? undefined}
          problem={set.error}
          onSubmit={(wish) => set.mutate(wish)}
        />
      )}
      {set.data !== undefined && <PricePublished changed={set.data} />}
    </Dialog>
  )
}

function PriceNow({ row: { name, price } }: { row: PricedToolRow }) {
  return (
    <>
      <code className="break-all">{name}</code>
      {' · '}
      {price.now ? (
        <Trans>
          now <ShownPrice price={price.now} />
        </Trans>
      ) : (
        <Trans>free now</Trans>
      )}
      {price.next && (
        <>
          {' · '}
          <Trans>
            <ShownPrice price={price.next} /> from <Time value={price.next.startsAt} />
          </Trans>
        </>
      )}
    </>
  )
}
