import { findTool, howToGet } from '../../tools/require-tool.ts'
import { callTarget } from '../load/call-target.ts'
import { startNginx } from '../subjects/nginx.ts'
import { startMcpProxy, startSdkGateway } from '../subjects/peers.ts'
import { startOurs, type OurStage } from '../subjects/ours.ts'
import type { Subject, SubjectName } from '../subjects/subject.ts'
import { TOOLS } from '../upstream/message.ts'
import { startUpstream } from '../upstream/start-upstream.ts'

/** All that stands while calls are measured. */
export type Stage = {
  readonly subjects: readonly Subject[]
  readonly ours: OurStage
  /** Sentences about what could not be measured, and how to get it. */
  readonly missing: readonly string[]
  stop(): Promise<void>
}

/** Starts the upstream, and the subjects that are wanted and installed. */
export async function openStage(
  wanted: readonly SubjectName[],
  failCall: number | undefined,
): Promise<Stage> {
  const stops: (() => Promise<void>)[] = []
  const missing: string[] = []
  const found = new Map<SubjectName, Omit<Subject, 'name'>>()
  const stop = async (): Promise<void> => {
    for (const end of stops.toReversed()) await end()
  }
  try {
    const upstream = await startUpstream(1, failCall === undefined ? undefined : { failCall })
    stops.push(() => upstream.stop())
    if (wanted.includes('direct')) {
      const pinned = await startUpstream(0)
      stops.push(() => pinned.stop())
      const target = callTarget({ url: pinned.url, tool: TOOLS.free, era: 'modern' })
      found.set('direct', {
        title: 'direct to the upstream',
        target: () => Promise.resolve(target),
        firstWarmupS: 3,
        rootPid: pinned.pid,
        behindPids: () => [],
      })
    }
    const ours = await startOurs(upstream.url)
    stops.push(() => ours.stop())
    for (const name of OURS) found.set(name, ours.subjects[name])
    if (wanted.includes('nginx')) {
      const nginx = findTool('nginx')
      if (nginx === undefined) missing.push(howToGet('nginx'))
      else {
        const running = await startNginx(nginx, upstream.port)
        stops.push(() => running.stop())
        found.set('nginx', running.subject)
        found.set('nginx-again', {
          ...running.subject,
          title: 'nginx, measured a second time',
          firstWarmupS: 0,
        })
      }
    }
    const peers = [
      ['sdk-gateway', () => startSdkGateway(upstream.url)],
      ['mcp-proxy', startMcpProxy],
    ] as const
    for (const [name, start] of peers) {
      if (!wanted.includes(name)) continue
      const peer = await start()
      if (peer === undefined) missing.push(`${name} was not found: run npm ci, and measure again.`)
      else {
        stops.push(() => peer.stop())
        found.set(name, peer.subject)
      }
    }
    const subjects = wanted.flatMap((name) => {
      const subject = found.get(name)
      return subject === undefined ? [] : [{ ...subject, name }]
    })
    return { subjects, ours, missing, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const OURS = [
  'free',
  'paid',
  'aggregated',
  'free-legacy',
  'modern-to-legacy',
  'legacy-to-modern',
  'stdio',
] as const
