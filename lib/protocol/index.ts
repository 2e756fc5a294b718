export {
  SHOJI_MEDIA_TYPE,
  SHOJI_MEDIA_TYPES,
  VALUE_MEDIA_TYPE,
  type CatalogDocument,
  type EntityDocument,
  type IriMap,
  type Json,
  type JsonObject,
  type Linked,
  type ValueDocument,
} from './documents.js';
export { formatDate, parseDate, type ParsedDate } from './date.js';
export type { Finding, Level } from './findings.js';
export { checkIri, type IriFault } from './iri/check-iri.js';
export { iriToUri, normaliseIri } from './iri/normalise.js';
export { parseIri, relativiseIri, resolveIri, type IriParts } from './iri/resolve-iri.js';
export { resolveTemplate } from './uri-template/resolve-template.js';
export { decodeUtf8 } from './json/read.js';
export { escapePointerToken, formatPointer, parsePointer, type PointerToken } from './json-pointer.js';
export { locate } from './json/locate.js';
export { readJson, type JsonFault, type JsonReading, type JsonReadOptions } from './json/read.js';
export { type JsonRule } from './json/read.js';
export type { Position } from './json/locate.js';
export {
  UriTemplate,
  UriTemplateError,
  type MatchedValue,
  type MatchedValues,
  type TemplateExpression,
  type TemplateLiteral,
  type TemplateOperator,
  type TemplatePart,
  type TemplateScalar,
  type TemplateValue,
  type TemplateValues,
  type TemplateVariable,
  type UriTemplateFault,
} from './uri-template/uri-template.js';
export { DIALECTS } from './dialects/dialects.js';
export type { Dialect } from './dialects/dialects.js';
export {
  validate,
  validateText,
  type Role,
  type ValidateOptions,
  type ValidateTextOptions,
  type Validation,
} from './validate.js';
export { RULES, type RuleName } from './rules/names.js';
export type { RulePage } from './pages/rule-page.js';
export {
  convert,
  ConversionError,
  type Conversion,
  type ConvertOptions,
  type Loss,
} from './convert/convert.js';
