import { Trans, useLingui } from '@lingui/react/macro'
import type { Invoice } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Card,
  EmptyState,
  LinkButton,
  Page,
  ProblemNotice,
  Skeleton,
  TextLink,
  Time,
} from '../../kit/index.ts'
import { invoiceQuery } from '../../queries/invoices.ts'
import { useOrchestra } from '../../session/index.ts'
import { monthText } from '../journal/period.ts'
import { InvoiceDownload } from './invoice-download.tsx'
import { InvoiceKind } from './invoice-kind.tsx'
import { LinesTable } from './lines-table.tsx'
import { PartyText } from './party-text.tsx'
import { Totals } from './totals.tsx'

export const Route = createLazyRoute('/invoices/$id')({ component: InvoiceScreen })

/** One invoice or credit note, with what stands on it. */
function InvoiceScreen() {
  const { id } = Route.useParams()
  const { t } = useLingui()
  const invoice = useQuery(invoiceQuery(useOrchestra(), id))
  const { data } = invoice
  if (data !== undefined && data !== null) return <Document invoice={data} />
  return (
    <InvoicePage title={t`Invoice`}>
      {invoice.error !== null ? (
        <ProblemNotice problem={invoice.error} retry={() => void invoice.refetch()} />
      ) : data === undefined ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : (
        <Card>
          <EmptyState
            icon={SearchX}
            title={t`No such invoice`}
            body={t`No invoice of your organization has this id.`}
            action={
              <LinkButton to="/invoices">
                <Trans>All invoices</Trans>
              </LinkButton>
            }
          />
        </Card>
      )}
    </InvoicePage>
  )
}

function InvoicePage({
  title,
  lead,
  actions,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const { t } = useLingui()
  return (
    <Page
      title={title}
      lead={lead}
      back={{ to: '/invoices', label: t`Invoices` }}
      actions={actions}
    >
      {children}
    </Page>
  )
}

function Document({ invoice }: { invoice: Invoice }) {
  const { i18n } = useLingui()
  const { number, kind, month, issuedAt, seller, buyer, original, reason } = invoice
  return (
    <InvoicePage
      title={number}
      lead={
        <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
          <InvoiceKind kind={kind} />
          <span>{monthText(month, i18n.locale)}</span>
          <span>
            <Trans>
              issued <Time value={issuedAt} />
            </Trans>
          </span>
        </span>
      }
      actions={<InvoiceDownload invoice={invoice} />}
    >
      {original !== null && (
        <Card>
          <p>
            <Trans>
              Takes back{' '}
              <TextLink to="/invoices/$id" params={{ id: original.id }}>
                {original.number}
              </TextLink>
              . Its lines stand on the next invoice; no money moved.
            </Trans>
          </p>
          {reason !== null && (
            <p className="mt-1 break-words text-muted">
              <Trans>Reason: {reason}</Trans>
            </p>
          )}
        </Card>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Card title={<Trans>From</Trans>}>
          <PartyText party={seller} />
        </Card>
        <Card title={<Trans>To</Trans>}>
          <PartyText party={buyer} />
        </Card>
      </div>
      <Card
        flush
        title={<Trans>What stands on it</Trans>}
        footer={
          <Trans>
            Tax is not calculated. Each line is rounded once; less than a cent is carried.
          </Trans>
        }
      >
        <Totals draft={invoice} />
        <LinesTable lines={invoice.lines} />
      </Card>
    </InvoicePage>
  )
}
