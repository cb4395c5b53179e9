import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { createKeyGroup, listKeyGroups, removeKeyGroup } from '@mcp-orchestra/api/routes/key-groups'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { KeyGroup } from '../key-group.ts'
import type { KeyGroups } from '../key-groups.ts'

/** GET and POST /v1/key-groups, DELETE /v1/key-groups/{id} */
export function mountKeyGroups(
  app: ApiApp,
  { authorize, groups }: { authorize: Authorize; groups: KeyGroups },
): void {
  app.openapi(listKeyGroups, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:read')
    const { kind, cursor, limit } = context.req.valid('query')
    const isProject = cursor?.startsWith('prj_') === true
    const before = isProject ? idCursor('prj', cursor) : idCursor('agt', cursor)
    const found = await groups.list(principal, { kind, before, limit: limit + 1 })
    return context.json(
      pageFrom(found, limit, ({ id }) => id, groupDocument),
      200,
    )
  })
  app.openapi(createKeyGroup, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:write')
    const group = await groups.create(principal, context.req.valid('json'))
    return context.json(groupDocument(group), 201)
  })
  app.openapi(removeKeyGroup, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:write')
    const group = await groups.remove(principal, context.req.valid('param').id)
    return context.json(groupDocument(group), 200)
  })
}

function groupDocument({ createdAt, ...group }: KeyGroup) {
  return { ...group, createdAt: toRfc3339(createdAt) }
}
