import type { OrchestraScreens, Reconciliation } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'

/** Reconciliations on offer: three weeks of nights. */
const SHOWN_MAX = 20

/** The last reconciliations, newest first; operators only. */
export const reconciliationsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['ledger', 'reconciliations'],
    queryFn: async ({ signal }): Promise<readonly Reconciliation[]> => {
      const page = await orchestra.ledger.reconciliations({ limit: SHOWN_MAX, signal }).page()
      return page.items
    },
  })

/** Compares everything that must be equal, now: minutes on large books. Differences open cases. */
export const reconcileMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['ledger', 'reconcile'],
    mutationFn: () => orchestra.ledger.reconcile(),
    onSettled: (_made, _error, _variables, _result, { client }) =>
      Promise.all(
        [['ledger', 'reconciliations'], ['cases']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })
