import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, type ScannedObject } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import type { EndpointRequest } from '../../endpoint.ts'
import type { Directory } from './directory.ts'
import { PROMPTS } from '../lists/list-kind.ts'

/** A completion with its server and the parameters as that server wants them. */
export type RoutedCompletion = { readonly server: ServerEntity; readonly paramsText: string }

/**
 * Where `completion/complete` leads: `params.ref` names a prompt, or a resource by URI or template. Undefined
 * when nobody has it.
 */
export async function routeCompletion(
  request: EndpointRequest,
  directory: Directory,
): Promise<RoutedCompletion | undefined> {
  const paramsText = request.paramsText ?? '{}'
  const refMember = memberOf(scanObject(paramsText), 'ref')
  const ref = refMember === undefined ? undefined : scanObject(paramsText, refMember.value.start)
  if (ref === undefined) return undefined
  const name = stringAt(paramsText, memberOf(ref, 'name')?.value)
  if (name !== undefined) {
    const prompt = await directory.find(request, PROMPTS, name)
    if (prompt === undefined) return undefined
    const { server, name: ownName } = prompt
    return {
      server,
      paramsText: ownName === name ? paramsText : rename(paramsText, ref, 'name', ownName),
    }
  }
  const uri = stringAt(paramsText, memberOf(ref, 'uri')?.value)
  const resource = uri === undefined ? undefined : await directory.findResource(request, uri)
  if (resource === undefined) return undefined
  const { server, name: ownUri } = resource
  return {
    server,
    paramsText: ownUri === uri ? paramsText : rename(paramsText, ref, 'uri', ownUri),
  }
}

function rename(text: string, ref: ScannedObject, key: 'name' | 'uri', name: string): string {
  return splice(text, editObject(ref, { set: new Map([[key, JSON.stringify(name)]]) }))
}
