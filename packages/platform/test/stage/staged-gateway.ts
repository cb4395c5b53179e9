import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { startGateway } from '@mcp-orchestra/gateway'

/** What a gateway of a test is told. */
type StagedGateway = {
  readonly name: string
  readonly controlPlaneUrl: string
  /** Where it writes; a gateway that is started anew finds its files there. */
  readonly directory: string
  /** Where other gateways reach it; undefined when it is the only one. */
  readonly internalPort?: number
  /** Shared by everything that one control plane knows. */
  readonly gatewaySecret: string
  /** Whether clients may come over HTTP+SSE; they may not by default, as in the product. */
  readonly legacySse?: boolean
}

/** Starts the real gateway in this process, on a free port. */
export async function startStagedGateway(options: StagedGateway): ReturnType<typeof startGateway> {
  const { name, controlPlaneUrl, directory, internalPort, gatewaySecret } = options
  const journalDir = path.join(directory, `journal-of-${name}`)
  await mkdir(journalDir, { mode: 0o700, recursive: true })
  return await startGateway(
    {
      name,
      controlPlaneUrl,
      journalDir,
      sessionsDir: path.join(directory, 'sessions'),
      host: '127.0.0.1',
      port: 0,
      internalPort,
      logLevel: 'silent',
      allowedOrigins: [],
      legacySse: options.legacySse ?? false,
      supervised: false,
      secretFile: '',
      baseEnvironment: { PATH: process.env['PATH'] ?? '', HOME: directory, LANG: 'C.UTF-8' },
    },
    { gatewaySecret },
  )
}
