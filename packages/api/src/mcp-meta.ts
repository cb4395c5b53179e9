/** The `_meta` keys that are ours on the MCP wire (architecture §10). Everything else is relayed untouched. */
export const META_PRICE = 'io.mcp-orchestra/price'
export const META_MAX_CHARGE = 'io.mcp-orchestra/maxCharge'
export const META_PRICE_VERSION = 'io.mcp-orchestra/priceVersion'
export const META_IDEMPOTENCY_KEY = 'io.mcp-orchestra/idempotencyKey'
export const META_ATTEMPT = 'io.mcp-orchestra/attempt'
/** Of a request: the conversation that it belongs to, for caps that bind each session. */
export const META_SESSION = 'io.mcp-orchestra/session'
/** Of a request: the mandate that it is bought under. */
export const META_MANDATE = 'io.mcp-orchestra/mandate'
export const META_RECEIPT = 'io.mcp-orchestra/receipt'
/** Of a result, from its server: `{ input, output }`, the tokens that the call used. */
export const META_USAGE = 'io.mcp-orchestra/usage'
/** Of a tool made from a REST API: how it pages. Of its result: the arguments of the next page. */
export const META_PAGINATION = 'io.mcp-orchestra/pagination'
/** Of a result from a REST API: its status, and the headers that a caller may want. */
export const META_HTTP = 'io.mcp-orchestra/http'

/** JSON-RPC codes of our refusals inside MCP: outside the reserved range -32768..-32000. */
export const RPC_INSUFFICIENT_FUNDS = 402001
export const RPC_CAP_EXCEEDED = 402002
export const RPC_PRICE_CHANGED = 402003
/** A streamed call used all that it may cost. */
export const RPC_LIMIT_REACHED = 402004
export const RPC_FORBIDDEN = 403001
export const RPC_AUTHORIZATION_REQUIRED = 403002
export const RPC_SPENDING_STOPPED = 403003
export const RPC_MANDATE_REFUSED = 403004
export const RPC_PURCHASE_CONFLICT = 409001
export const RPC_RATE_LIMITED = 429001
export const RPC_UNAVAILABLE = 503001
export const RPC_UPSTREAM_FAILED = 502001
export const RPC_UPSTREAM_TIMEOUT = 504001
