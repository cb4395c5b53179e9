import { fileURLToPath } from 'node:url'
import {
  firstLine,
  readyLine,
  startProgram,
  type ChildProgram,
  type Core,
} from '../machine/child-program.ts'

/** The program of the HTTP upstream. */
const HTTP_UPSTREAM = fileURLToPath(new URL('http-upstream.ts', import.meta.url))

/** The program of the stdio upstream, for whoever starts it himself. */
export const STDIO_UPSTREAM: string = fileURLToPath(new URL('stdio-upstream.ts', import.meta.url))

/** A running upstream. */
export type Upstream = ChildProgram & { readonly url: string; readonly port: number }

/** How the upstream misbehaves: it fails one call, or answers every call without end. */
export type UpstreamFault = { readonly failCall: number } | 'endless'

/** Starts the HTTP upstream on a core. */
export async function startUpstream(core: Core, fault?: UpstreamFault): Promise<Upstream> {
  const program = startProgram(process.execPath, [HTTP_UPSTREAM, ...argumentsOf(fault)], { core })
  const { port } = await firstLine(program, readyLine)
  return { ...program, port, url: `http://127.0.0.1:${port}/mcp` }
}

function argumentsOf(fault: UpstreamFault | undefined): string[] {
  if (fault === undefined) return []
  return fault === 'endless' ? ['--endless'] : ['--fail-call', String(fault.failCall)]
}
