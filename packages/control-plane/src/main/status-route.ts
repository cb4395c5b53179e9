import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { getStatus } from '@mcp-orchestra/api/routes/status'
import type { SnapshotPublisher } from '../infra/snapshot/index.ts'
import type { Config } from './config.ts'

/** GET /v1/status */
export function mountStatus(
  app: ApiApp,
  deps: {
    readonly authorize: Authorize
    readonly publisher: SnapshotPublisher
    readonly config: Pick<Config, 'demo' | 'gatewayUrl' | 'slots'>
    readonly version: string
  },
): void {
  const { authorize, publisher, config } = deps
  app.openapi(getStatus, async (context) => {
    await authorize(context.req.raw, 'organization:read')
    const { version: snapshotVersion, epoch } = await publisher.head()
    const connected = publisher.connected()
    const absent = config.slots.filter(
      ({ name }) => !connected.some(({ gateway }) => gateway === name),
    )
    return context.json(
      {
        version: deps.version,
        demo: config.demo,
        gatewayUrl: config.gatewayUrl,
        epoch,
        snapshotVersion,
        gateways: [
          ...connected.map((link) => ({ ...link, connected: true })),
          ...absent.map(({ name }) => ({
            gateway: name,
            incarnationId: null,
            connected: false,
            acknowledgedVersion: 0,
            connectedAt: null,
          })),
        ],
      },
      200,
    )
  })
}
