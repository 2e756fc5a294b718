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
export {
  checkIri,
  iriToUri,
  normaliseIri,
  parseIri,
  relativiseIri,
  resolveIri,
  resolveTemplate,
  type IriFault,
  type IriParts,
} from './iri.js';
export {
  decodeUtf8,
  escapePointerToken,
  formatPointer,
  locate,
  parsePointer,
  readJson,
  type JsonFault,
  type JsonReading,
  type JsonReadOptions,
  type JsonRule,
  type PointerToken,
  type Position,
} from './json.js';
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
} from './uri-template.js';
export { DIALECTS } from './dialects/dialects.js';
export type { Dialect } from './dialects/dialect.js';
export {
  validate,
  validateText,
  type Role,
  type ValidateOptions,
  type ValidateTextOptions,
  type Validation,
} from './validate.js';
export { RULES, type RuleName } from './rule-names.js';
export type { RulePage } from './rule-page.js';
export { convert, ConversionError, type Conversion, type ConvertOptions, type Loss } from './convert.js';
