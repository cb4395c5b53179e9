import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { createFixtureMcpServer, followAnnouncements } from './fixture-mcp-server.ts'
import { createFixtureShared, type FixtureSpeech } from './start-fixture-server.ts'

/** Serves the fixture on standard input and output; a legacy-only one knows no `server/discover`. */
export async function serveFixtureStdio(speaks: FixtureSpeech): Promise<void> {
  const { era, revision, cancelledLog } = speaks
  const shared = createFixtureShared(cancelledLog)
  if (era === 'legacy') {
    await createFixtureMcpServer(shared, 'legacy', revision).connect(new StdioServerTransport())
    return
  }
  serveStdio(
    (context) => {
      const server = createFixtureMcpServer(shared, context.era, revision)
      if (context.era === 'modern') followAnnouncements(server, shared.bus)
      return server
    },
    { legacy: era === 'modern' ? 'reject' : 'serve' },
  )
}
