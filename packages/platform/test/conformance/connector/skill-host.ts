import { hash } from 'node:crypto'
import { z } from 'zod'
import { resultOf, type Asker } from '../../pains/raw-asker.ts'

const Skill = z.looseObject({
  uri: z.string(),
  frontmatter: z.record(z.string(), z.string()),
  resources: z.array(z.looseObject({ uri: z.string(), digest: z.string(), size: z.number() })),
})
type Skill = z.infer<typeof Skill>

const Page = z.looseObject({ skills: z.array(Skill), nextCursor: z.string().optional() })
const Read = z.looseObject({ contents: z.tuple([z.looseObject({ text: z.string() })]) })

/** The skills that a host is shown. */
export async function readSkills(ask: Asker): Promise<readonly Skill[]> {
  const skills: Skill[] = []
  let cursor: string | undefined
  do {
    const params = cursor === undefined ? {} : { cursor }
    const page = Page.parse(resultOf(await ask('skills/list', params)))
    skills.push(...page.skills)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return skills
}

/**
 * Reads the files of a skill, its manifest first, and stops at one that is not what its entry says (SEP-2640,
 * integrity and verification). Gives the URIs of those that are.
 */
export async function loadSkill(ask: Asker, skill: Skill): Promise<readonly string[]> {
  const loaded: string[] = []
  const others = skill.resources.filter(({ uri }) => uri !== skill.uri)
  for (const { uri, digest, size } of [
    ...skill.resources.filter((file) => file.uri === skill.uri),
    ...others,
  ]) {
    const [{ text }] = Read.parse(resultOf(await ask('resources/read', { uri }))).contents
    const isSame = Buffer.byteLength(text) === size && digest === `sha256:${hash('sha256', text)}`
    const isNamed = uri !== skill.uri || isDeepEqual(frontmatterOf(text), skill.frontmatter)
    if (!isSame || !isNamed) return loaded
    loaded.push(uri)
  }
  return loaded
}

/** Frontmatter of plain `key: value` lines: the suite's, and our fixture's. */
function frontmatterOf(text: string): Record<string, string> {
  const [, head = ''] = text.split('---\n')
  const lines = head.split('\n').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [key = '', ...value] = line.split(': ')
      return [key, value.join(': ')]
    }),
  )
}

function isDeepEqual(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys({ ...a, ...b })
  return keys.every((key) => a[key] === b[key])
}
