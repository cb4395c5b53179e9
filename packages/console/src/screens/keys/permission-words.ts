import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Permission } from '@mcp-orchestra/sdk'

/** What each permission allows, for people. */
export const PERMISSION_WORDS: Readonly<Record<Permission, MessageDescriptor>> = {
  'tools:call': msg`Call tools through the gateway, and pay for them`,
  'servers:read': msg`See servers, their tools and their health`,
  'servers:write': msg`Register, switch and remove servers`,
  'prices:write': msg`Set the prices of tools`,
  'keys:read': msg`See keys, never their secrets`,
  'keys:write': msg`Make, rotate and revoke keys`,
  'usage:read': msg`See calls`,
  'usage:write': msg`Report usage`,
  'balance:read': msg`See the balance`,
  'ledger:read': msg`See the postings of the ledger`,
  'caps:write': msg`Set hard caps on spending`,
  'refunds:write': msg`Give refunds, open and answer disputes`,
  'payouts:write': msg`Say where earnings are paid, and request and approve payouts`,
  'audit:read': msg`See the audit log: who changed what`,
  'organization:read': msg`See the organization`,
  'platform:operate': msg`Run the platform: organizations, top-ups, processes`,
}
