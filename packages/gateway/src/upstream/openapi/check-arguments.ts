/** Values looked at in one call at most: what lies beyond is for the API to judge. */
const VALUES_MAX = 20_000
/** How deep arguments are looked at. */
const DEPTH_MAX = 64
/** Faults that are told at once: enough to mend a call in one more try. */
const FAULTS_MAX = 8

type Schema = Readonly<Record<string, unknown>>

/**
 * What is plainly wrong with arguments, as sentences: missing, unknown or mistyped ones, and values outside an
 * enumeration. Only that: no pattern of a publisher is run on a caller's text, and what schemas say beyond it is
 * for the API to judge.
 */
export function argumentFaults(schema: unknown, value: unknown): string[] {
  const check: Check = { faults: [], left: VALUES_MAX, root: isSchema(schema) ? schema : {} }
  visit(check, schema, value, '', 0)
  return check.faults
}

type Check = { readonly faults: string[]; left: number; readonly root: Schema }

function visit(check: Check, wanted: unknown, value: unknown, at: string, depth: number): void {
  check.left -= 1
  if (check.left < 0 || depth > DEPTH_MAX || check.faults.length >= FAULTS_MAX) return
  const schema = resolved(check, wanted)
  if (schema === undefined) return
  const types = typesOf(schema)
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return tell(check, at, `must be ${types.map(withArticle).join(' or ')}`)
  }
  const { enum: allowed } = schema
  if (Array.isArray(allowed) && allowed.every(isScalar) && !allowed.includes(value)) {
    const shown = allowed.slice(0, 20).map((option) => JSON.stringify(option))
    return tell(check, at, `must be one of ${shown.join(', ')}`)
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) =>
      visit(check, schema['items'], item, `${at}[${index}]`, depth + 1),
    )
  } else if (isSchema(value)) visitObject(check, schema, value, at, depth)
}

function visitObject(check: Check, schema: Schema, value: Schema, at: string, depth: number): void {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {}
  const { required, additionalProperties, patternProperties } = schema
  for (const name of Array.isArray(required) ? required : []) {
    if (typeof name === 'string' && !Object.hasOwn(value, name))
      tell(check, within(at, name), 'is missing')
  }
  for (const [name, inner] of Object.entries(value)) {
    if (Object.hasOwn(properties, name))
      visit(check, properties[name], inner, within(at, name), depth + 1)
    else if (additionalProperties === false && patternProperties === undefined)
      tell(check, within(at, name), 'is not an argument of this tool')
    else if (isSchema(additionalProperties))
      visit(check, additionalProperties, inner, within(at, name), depth + 1)
  }
}

/** Follows local references, a few at most: a circle ends. */
function resolved(check: Check, wanted: unknown): Schema | undefined {
  let schema = wanted
  for (let hops = 0; hops < 8; hops += 1) {
    if (!isSchema(schema)) return undefined
    const { $ref: ref } = schema
    if (typeof ref !== 'string') return schema
    const defs = check.root['$defs']
    const name = ref.startsWith('#/$defs/') ? ref.slice('#/$defs/'.length) : undefined
    if (name === undefined || !isSchema(defs) || !Object.hasOwn(defs, name)) return undefined
    schema = defs[name]
  }
  return undefined
}

function typesOf({ type }: Schema): string[] {
  const listed = Array.isArray(type) ? type : [type]
  return listed.filter((name) => typeof name === 'string')
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isSchema(value)
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value)
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
    default:
      return true
  }
}

function tell(check: Check, at: string, what: string): void {
  if (check.faults.length < FAULTS_MAX)
    check.faults.push(`${at === '' ? 'the arguments' : at} ${what}`)
}

function within(at: string, name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name
  return at === '' ? shown : `${at}.${shown}`
}

function withArticle(type: string): string {
  if (type === 'null') return type
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
