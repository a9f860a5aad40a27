// For generated code, and for nothing else: what it imports, in one place.

export type { StreamDefinition } from './definition.js';
export { Stream, type StreamOptions } from './stream.js';
export { defineValidator, type ValidatorParts } from './validation/define-validator.js';
export { isEqual } from './validation/equal.js';
export { isIpv4, isIpv6 } from './validation/formats/addresses.js';
export { isDate, isDateTime, isDuration, isTime } from './validation/formats/dates.js';
export { isEmail, isIdnEmail } from './validation/formats/emails.js';
export { isHostname, isIdnHostname } from './validation/formats/hostnames.js';
export {
  isJsonPointer,
  isRegex,
  isRelativeJsonPointer,
  isUuid,
} from './validation/formats/identifiers.js';
export {
  isIri,
  isIriReference,
  isUri,
  isUriReference,
  isUriTemplate,
} from './validation/formats/uris.js';
export { isLonger, isShorter } from './validation/length.js';
export { isMultipleOf } from './validation/multiple-of.js';
export { asObject, hasOwn, hasUnknown, propertyCount } from './validation/own-properties.js';
export { isUnique } from './validation/unique.js';
export type { PayloadValidator } from './validation.js';
