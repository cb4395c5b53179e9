import { ProtocolError, ProtocolErrorCode, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { childrenOf, entryOf, MARKDOWN, SKILLS } from './skill.ts'

/** The id of the skills extension (SEP-2640). */
export const SKILLS_EXTENSION = 'io.modelcontextprotocol/skills'

const Page = z.looseObject({ cursor: z.string().optional() })
const Which = z.looseObject({ uri: z.string() })

/** What a modern answer adds: it may be kept, for the skills never change. */
const CACHED = { resultType: 'complete', ttlMs: 60_000, cacheScope: 'public' } as const

/** Registers `skills/list`, one skill a page, `skills/get`, `resources/directory/read`, and the files as resources. */
export function registerSkills(server: McpServer, era: 'legacy' | 'modern'): void {
  const cached = era === 'modern' ? CACHED : {}
  server.server.setRequestHandler('skills/list', { params: Page }, ({ cursor }) => {
    const at = Number(cursor ?? 0)
    const skill = SKILLS[at]
    if (skill === undefined) throw invalid('no such page')
    const more = at + 1 < SKILLS.length ? { nextCursor: String(at + 1) } : {}
    return { skills: [entryOf(skill)], ...more, ...cached }
  })
  server.server.setRequestHandler('skills/get', { params: Which }, ({ uri }) => {
    const skill = SKILLS.find((one) => one.uri === uri)
    if (skill === undefined) throw invalid(`no skill ${uri}`)
    return { skill: entryOf(skill), ...cached }
  })
  server.server.setRequestHandler('resources/directory/read', { params: Which }, ({ uri }) => {
    const resources = childrenOf(uri)
    if (resources === undefined) throw invalid(`no directory ${uri}`)
    return { resources, ...cached }
  })
  for (const { uri: manifest, frontmatter, files } of SKILLS) {
    for (const { uri, text } of files) {
      const isManifest = uri === manifest
      server.registerResource(
        isManifest ? frontmatter.name : uri.slice(uri.lastIndexOf('/') + 1),
        uri,
        { mimeType: MARKDOWN, ...(isManifest ? { description: frontmatter.description } : {}) },
        () => ({ contents: [{ uri, mimeType: MARKDOWN, text }] }),
      )
    }
  }
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
