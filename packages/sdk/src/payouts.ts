import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Payout, PayoutDestination, PayoutReport, PayoutStatement } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** `orchestra.payouts`: earnings on their way to publishers. */
export type Payouts = {
  /** Newest first; of all publishers for operators. */
  list(options?: PageOptions & { state?: Payout['state'] }): List<Payout>
  get(id: string, options?: CallOptions): Promise<Payout>
  /** All that is payable, or an amount in US dollars. The same key never pays twice. */
  request(
    options: CallOptions & { readonly idempotencyKey: string; readonly usd?: string },
  ): Promise<Payout>
  /** Another member than the one who requested it. */
  approve(id: string, options?: CallOptions): Promise<Payout>
  /** As long as it was not sent. */
  cancel(id: string, options?: CallOptions): Promise<Payout>
  /** Where its amount comes from: lines that sum to it. */
  statement(id: string, options?: CallOptions): Promise<PayoutStatement>
  /** The same as CSV, in US dollars. */
  statementFile(id: string, options?: CallOptions): Promise<Uint8Array>
  /** Operators only: what became of one that is carried out by hand. */
  report(id: string, report: PayoutReport, options?: CallOptions): Promise<Payout>
  /** Operators only: the account that it goes to. Reading it is audited. */
  destination(id: string, options?: CallOptions): Promise<PayoutDestination>
}

/** Makes `orchestra.payouts`. */
export function createPayouts(api: Api): Payouts {
  return {
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/payouts', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/payouts/{id}', { params: { path: { id } }, signal }),
      ),
    request: ({ idempotencyKey, usd, ...options }) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/payouts', {
          params: { header: { 'idempotency-key': idempotencyKey } },
          body: usd === undefined ? {} : { amount: { units: usd, asset: 'USD' } },
          signal,
        }),
      ),
    approve: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/payouts/{id}/approve', { params: { path: { id } }, signal }),
      ),
    cancel: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/payouts/{id}/cancel', { params: { path: { id } }, signal }),
      ),
    statement: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/payouts/{id}/statement', { params: { path: { id } }, signal }),
      ),
    statementFile: (id, options) =>
      api.send(options, (client, signal) =>
        client.FILE('/v1/payouts/{id}/statement/file', { params: { path: { id } }, signal }),
      ),
    report: (id, report, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/payouts/{id}/report', { params: { path: { id } }, body: report, signal }),
      ),
    destination: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/payouts/{id}/destination', { params: { path: { id } }, signal }),
      ),
  }
}
