import { hash } from 'node:crypto'

/** A file of a skill: its URI and its text. */
export type SkillFile = { readonly uri: string; readonly text: string }

/** A skill (SEP-2640): its `SKILL.md`, whose frontmatter names it, and the files beside that. */
export type Skill = {
  readonly uri: string
  readonly frontmatter: { readonly name: string; readonly description: string }
  readonly files: readonly SkillFile[]
}

/** What a directory holds: files, and directories to go down into. */
export type DirectoryEntry = {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
}

/** The MIME type of what `resources/directory/read` may be asked for (SEP-2640). */
const DIRECTORY = 'inode/directory'
/** The MIME type of all files of the fixture's skills. */
export const MARKDOWN = 'text/markdown'

/** The skills of the fixture; they never change. */
export const SKILLS: readonly Skill[] = [
  createSkill('pdf-forms', 'Fill the forms of PDF documents', {
    'references/fields.md': 'A field has a name, a kind and a value.\n',
  }),
  createSkill('release-notes', 'Write the notes of a release', {}),
]

function createSkill(
  name: string,
  description: string,
  others: Readonly<Record<string, string>>,
): Skill {
  const root = `skill://${name}`
  const uri = `${root}/SKILL.md`
  const manifest = `---\nname: ${name}\ndescription: ${description}\n---\n\nDo as it is said.\n`
  const beside = Object.entries(others).map(([at, text]) => ({ uri: `${root}/${at}`, text }))
  return { uri, frontmatter: { name, description }, files: [{ uri, text: manifest }, ...beside] }
}

/** The entry that `skills/list` and `skills/get` give: every file with the digest and the size of its bytes. */
export function entryOf({ uri, frontmatter, files }: Skill): Record<string, unknown> {
  const resources = files.map((file) => ({
    uri: file.uri,
    digest: `sha256:${hash('sha256', file.text, 'hex')}`,
    size: Buffer.byteLength(file.text),
  }))
  return { uri, frontmatter: { ...frontmatter }, resources }
}

/** The direct children of a directory of a skill; undefined for what is none. */
export function childrenOf(directoryUri: string): readonly DirectoryEntry[] | undefined {
  const start = `${directoryUri}/`
  const children = new Map<string, DirectoryEntry>()
  for (const { uri } of SKILLS.flatMap(({ files }) => files)) {
    if (!uri.startsWith(start)) continue
    const [name = '', ...deeper] = uri.slice(start.length).split('/')
    const mimeType = deeper.length > 0 ? DIRECTORY : MARKDOWN
    children.set(name, { uri: start + name, name, mimeType })
  }
  return children.size === 0 || directoryUri === 'skill:/' ? undefined : [...children.values()]
}
