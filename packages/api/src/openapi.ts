import { OpenAPIHono, type createRoute } from '@hono/zod-openapi'
import * as archive from './routes/archive.ts'
import * as audit from './routes/audit.ts'
import * as assets from './routes/assets.ts'
import * as billing from './routes/billing.ts'
import * as changeServer from './routes/change-server.ts'
import * as connections from './routes/connections.ts'
import * as decisions from './routes/decisions.ts'
import * as disputes from './routes/disputes.ts'
import * as hub from './routes/hub.ts'
import * as identity from './routes/identity.ts'
import * as keyGroups from './routes/key-groups.ts'
import * as ledger from './routes/ledger.ts'
import * as liveUsage from './routes/live-usage.ts'
import * as mandates from './routes/mandates.ts'
import * as metering from './routes/metering.ts'
import * as meters from './routes/meters.ts'
import * as openapi from './routes/openapi.ts'
import * as payees from './routes/payees.ts'
import * as payments from './routes/payments.ts'
import * as quotes from './routes/quotes.ts'
import * as payouts from './routes/payouts.ts'
import * as receipts from './routes/receipts.ts'
import * as refunds from './routes/refunds.ts'
import * as reconciliations from './routes/reconciliations.ts'
import * as refreshDocument from './routes/refresh-document.ts'
import * as session from './routes/session.ts'
import * as statement from './routes/statement.ts'
import * as shares from './routes/shares.ts'
import * as status from './routes/status.ts'
import * as stops from './routes/stops.ts'
import { BEARER_SCHEME } from './routes/security.ts'

type Route = ReturnType<typeof createRoute>
type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** Every public route, in the order of the document: modules bottom-up, routes as written. */
export const ROUTES: readonly Route[] = [
  session,
  identity,
  keyGroups,
  hub,
  changeServer,
  connections,
  refreshDocument,
  openapi,
  liveUsage,
  metering,
  meters,
  payments,
  decisions,
  stops,
  mandates,
  payees,
  payouts,
  receipts,
  refunds,
  shares,
  disputes,
  billing,
  quotes,
  ledger,
  audit,
  statement,
  archive,
  reconciliations,
  assets,
  status,
].flatMap((module) => Object.values<unknown>(module).filter(isRoute))

/** The version of the public API: the path's `v1` and the changes within it. */
const API_VERSION = '1.0.0'

/** The OpenAPI 3.1 document of all public routes: the source of `openapi.json` and of every client. */
export function openApiDocument(): Document {
  const app = new OpenAPIHono()
  app.openAPIRegistry.registerComponent('securitySchemes', BEARER_SCHEME, {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key (`mcpo_live_…`), or the token of a signed-in session.',
  })
  for (const route of ROUTES) app.openAPIRegistry.registerPath(route)
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'MCP-Orchestra',
      version: API_VERSION,
      description:
        'Control plane of MCP-Orchestra. Money is a decimal string of atomic units and an asset; times are RFC 3339 in UTC; refusals are RFC 9457 problem documents; lists page by an opaque cursor.',
      license: { name: 'Apache-2.0' },
    },
    tags: [
      { name: 'identity', description: 'Organizations, members, API keys, sign-in.' },
      { name: 'hub', description: 'MCP servers: registration, state, health, tools.' },
      { name: 'metering', description: 'Prices and usage.' },
      { name: 'payments', description: 'Balances, top-ups, caps, leases, cases.' },
      { name: 'payouts', description: 'Payees, payouts and their statements.' },
      { name: 'ledger', description: 'The books.' },
      { name: 'billing', description: 'Invoices, self-billing, credit notes.' },
      { name: 'audit', description: 'Who changed what, and what was refused.' },
      { name: 'status', description: 'State of the platform.' },
    ],
  })
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'getRoutingPath' in value && 'path' in value
}
