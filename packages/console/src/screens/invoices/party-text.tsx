import { Trans } from '@lingui/react/macro'
import type { BillingProfile } from '@mcp-orchestra/sdk'

/** Who somebody is on an invoice, as an address is written. */
export function PartyText({ party }: { party: BillingProfile }) {
  const { name, address, taxId, legalId, email } = party
  return (
    <address className="flex flex-col break-words not-italic">
      <span className="font-medium">{name}</span>
      <span>{address.line1}</span>
      {address.line2 !== null && <span>{address.line2}</span>}
      <span>
        {address.postcode} {address.city}, {address.country}
      </span>
      <span className="text-muted">{email}</span>
      {taxId !== null && (
        <span className="text-muted">
          <Trans>Tax number {taxId}</Trans>
        </span>
      )}
      {legalId !== null && (
        <span className="text-muted">
          <Trans>Registration {legalId}</Trans>
        </span>
      )}
    </address>
  )
}
