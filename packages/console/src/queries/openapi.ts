import type { OrchestraScreens, Server } from '@mcp-orchestra/sdk'
import { mutationOptions } from '@tanstack/react-query'
import { serverQuery } from './servers.ts'

/** What an OpenAPI document would become; nothing is kept. */
export const previewMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['openapi', 'preview'],
    gcTime: 0,
    mutationFn: (source: Parameters<OrchestraScreens['hub']['previewOpenApi']>[0]) =>
      orchestra.hub.previewOpenApi(source),
  })

/** Reads the document of a REST API again from its address. */
export const refreshDocumentMutation = (orchestra: OrchestraScreens, id: string) =>
  mutationOptions({
    mutationKey: ['servers', id, 'refresh-document'],
    mutationFn: () => orchestra.hub.refreshDocument(id),
    onSuccess: ({ server }: { server: Server }, _variables, _result, { client }) => {
      client.setQueryData(serverQuery(orchestra, id).queryKey, server)
      void client.invalidateQueries({ queryKey: ['servers'] })
    },
  })
