/** The gateway slot that speaks on an `/internal` route, after its secret was checked. */
export type GatewayPrincipal = { readonly gateway: string }

/** Authenticates a request of a gateway by its slot's secret, or throws a 401 problem. Wired in `main/`. */
export type AuthenticateGateway = (request: Request) => Promise<GatewayPrincipal>
