export { checkValue } from './check/check-value.ts'
export type { Issue } from './check/issue.ts'
export {
  isArray,
  isNumber,
  isNumberText,
  isObject,
  JsonNumber,
  sendsExactNumbers,
  type Json,
  type JsonObject,
} from './exact/json.ts'
export { parseJson } from './exact/parse-json.ts'
export { pointerOf, valueAt, type Path } from './exact/path.ts'
export { fromPlain, lossyNumbers, writeJson } from './exact/write-json.ts'
export { fieldOf } from './form/field-of.ts'
export {
  reduceForm,
  startForm,
  type FormAction,
  type FormState,
  type RawFault,
} from './form/form-state.ts'
export { initialArguments, initialValue } from './form/initial-value.ts'
export { labelOf } from './form/options-of.ts'
export { paramHeaders } from './form/param-headers.ts'
export type { Field, Schemas, Shape } from './form/shape.ts'
export { withoutSecrets } from './form/without-secrets.ts'
export { createDocument, type SchemaDocument } from './resolve/document.ts'
export type { SchemaNote } from './resolve/schema-note.ts'
