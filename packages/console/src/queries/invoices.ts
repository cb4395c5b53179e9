import {
  OrchestraProblem,
  type BillingProfile,
  type Invoice,
  type InvoiceSide,
  type OrchestraScreens,
} from '@mcp-orchestra/sdk'
import { infiniteQueryOptions, mutationOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS } from './whole-list.ts'

/** Pages of invoices that stay in memory: 10,000 documents. */
const INVOICE_PAGES_MAX = 50
/** No cursor is empty: the page before all cursors. */
const FIRST_PAGE = ''

/** Invoices and credit notes of an organization (absent: the caller's own), newest first, a page at a time. */
export const invoicesQuery = (orchestra: OrchestraScreens, organizationId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['invoices', 'list', organizationId ?? 'own'],
    queryFn: ({ pageParam, signal }) =>
      orchestra.invoices
        .list({
          ...ownerOf(organizationId),
          ...(pageParam === FIRST_PAGE ? {} : { cursor: pageParam }),
          limit: PAGE_ITEMS,
          signal,
        })
        .page(),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }, pages) =>
      nextCursor === null || pages.length >= INVOICE_PAGES_MAX ? undefined : nextCursor,
  })

/** One invoice, which never changes; null when there is none that the caller may see. */
export const invoiceQuery = (orchestra: OrchestraScreens, id: string) =>
  queryOptions({
    queryKey: ['invoices', 'one', id],
    queryFn: async ({ signal }): Promise<Invoice | null> => {
      try {
        return await orchestra.invoices.get(id, { signal })
      } catch (error) {
        if (error instanceof OrchestraProblem && error.status === 404) return null
        throw error
      }
    },
    staleTime: Infinity,
  })

/** What is not invoiced yet, as the next invoice would say it. */
export const invoicePreviewQuery = (
  orchestra: OrchestraScreens,
  side: InvoiceSide,
  organizationId: string | undefined,
) =>
  queryOptions({
    queryKey: ['invoices', 'preview', side, organizationId ?? 'own'],
    queryFn: ({ signal }) =>
      orchestra.invoices.preview(undefined, { side, ...ownerOf(organizationId), signal }),
  })

/** Name and address on invoices; null before they were said. */
export const billingProfileQuery = (
  orchestra: OrchestraScreens,
  organizationId: string | undefined,
) =>
  queryOptions({
    queryKey: ['invoices', 'profile', organizationId ?? 'own'],
    queryFn: ({ signal }) => orchestra.invoices.profile({ ...ownerOf(organizationId), signal }),
  })

/** Says who the organization is on its next invoices. */
export const saveProfileMutation = (
  orchestra: OrchestraScreens,
  organizationId: string | undefined,
) =>
  mutationOptions({
    mutationKey: ['invoices', 'profile'],
    mutationFn: (profile: BillingProfile) =>
      orchestra.invoices.saveProfile(profile, ownerOf(organizationId)),
    onSuccess: (_saved, _profile, _result, { client }) =>
      client.invalidateQueries({ queryKey: ['invoices', 'profile'] }),
  })

function ownerOf(organizationId: string | undefined): { organizationId?: string } {
  return organizationId === undefined ? {} : { organizationId }
}
