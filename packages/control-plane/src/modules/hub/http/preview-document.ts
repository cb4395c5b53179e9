import type { OpenApiPreview } from '@mcp-orchestra/api/routes/openapi'
import type { CompiledDocument } from '../openapi/compile.ts'

/** Schemas in one preview at most, in characters: a document of a thousand operations is chosen from by name. */
const SCHEMAS_CHARS_MAX = 2_097_152
/** Longest description in a preview, in characters; tools have theirs whole. */
const DESCRIPTION_CHARS_MAX = 400

/** What a document would become, on the wire. */
export function previewDocument(compiled: CompiledDocument): OpenApiPreview {
  let charsLeft = SCHEMAS_CHARS_MAX
  const operations = compiled.operations.map((each) => {
    const { operation, name, method, path, credentials, definition } = each.compiled
    charsLeft -= definition.length
    const hasRoom = charsLeft >= 0
    return {
      operation,
      tool: name,
      method,
      path,
      title: each.title,
      description: each.description?.slice(0, DESCRIPTION_CHARS_MAX).toWellFormed() ?? null,
      isReadOnly: method === 'GET' || method === 'HEAD' || method === 'OPTIONS',
      isDeprecated: each.isDeprecated,
      credentials,
      lacks: [...each.lacks],
      pagination: each.pagination,
      warnings: [...each.warnings],
      inputSchema: hasRoom ? each.inputSchema : null,
      outputSchema: hasRoom ? each.outputSchema : null,
    }
  })
  return {
    title: compiled.title,
    apiVersion: compiled.apiVersion,
    baseUrl: compiled.baseUrl ?? null,
    schemes: compiled.schemes.map(({ name, wants, description, scheme }) => ({
      name,
      wants,
      place: scheme.place,
      description,
    })),
    operations,
    leftOut: compiled.leftOut.map((each) => ({ ...each })),
    catalogChars: compiled.operations.reduce(
      (sum, { compiled: each }) => sum + JSON.stringify(each).length,
      0,
    ),
  }
}
