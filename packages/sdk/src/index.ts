export type { MCPConnection } from './connection.ts'
export type { Audit, AuditFilter } from './audit.ts'
export type { Assets, NewAsset } from './assets.ts'
export type { BalanceApi, OfOrganization } from './balance.ts'
export type { Caps, NewCap } from './caps.ts'
export {
  clientConfig,
  clientConfigs,
  MCP_CLIENTS,
  type ClientConfig,
  type ClientConfigOptions,
  type McpClient,
} from './connect/client-config.ts'
export type { CallOptions } from './deadline.ts'
export type * from './documents.ts'
export type { ConnectionHolder, Connections } from './connections.ts'
export type { Applied, Hub, MCPChange, MCPConfig, OpenApiConfig, OpenApiSource } from './hub.ts'
export type { InvoiceFormat, Invoices, InvoiceSide } from './invoices.ts'
export type { Ledger, StatementQuery, TransferFilter } from './ledger.ts'
export type { LiveItem, LiveOptions, LiveState, LiveStateListener } from './live/live-item.ts'
export type { EraChoice } from './mcp/open-channel.ts'
export type { FrameListener, Frames } from './mcp/exchange.ts'
export type { Progress } from './mcp/progress.ts'
export type { Receipt } from './mcp/receipt.ts'
export type { MCPRequest, MCPResponse } from './mcp/request.ts'
export { formatMoney, parseUsd, type WireMoney } from './money.ts'
export type { Operations } from './operations.ts'
export { createOrchestra, type Orchestra, type OrchestraOptions } from './orchestra.ts'
export type { List, Page, PageOptions } from './pages.ts'
export { OrchestraProblem } from './problem.ts'
export type { Prices } from './prices.ts'
export { SDK_PROBLEMS } from './problems.ts'
export type { ReceiptFilter, Receipts } from './receipt/receipts.ts'
export { verifyReceipt, type ReceiptVerdict } from './receipt/verify-receipt.ts'
export type { Session } from './session.ts'
export type { KeyOptions, Users } from './users.ts'
export type { Usage, UsageFilter, UsageListFilter } from './usage.ts'
