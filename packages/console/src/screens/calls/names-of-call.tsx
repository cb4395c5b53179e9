import { Identifier } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'

/** A server by its name; its id when the name is not known. */
export function ServerName({ id, names }: { id: string; names: Names }) {
  const server = names.server(id)
  return server === undefined ? <Identifier value={id} /> : <span title={id}>{server.alias}</span>
}

/** A key by its name; its id when the name is not known (a sign-in's own key, or another organization's). */
export function KeyName({ id, names }: { id: string; names: Names }) {
  const name = names.key(id)
  return name === undefined ? <Identifier value={id} /> : <span title={id}>{name}</span>
}

/** An organization by its name; its id when the name is not known. */
export function OrganizationName({ id, names }: { id: string; names: Names }) {
  const name = names.organization(id)
  return name === undefined ? <Identifier value={id} /> : <span title={id}>{name}</span>
}
