// For generated code, and for nothing else: what it imports, in one place.

export type { StreamDefinition } from './definition.js';
export { Stream, type StreamOptions } from './stream.js';
export { defineValidator, type ValidatorParts } from './validation/define-validator.js';
export { isEqual } from './validation/equal.js';
export { isLonger, isShorter } from './validation/length.js';
export { isMultipleOf } from './validation/multiple-of.js';
export { hasOwn, ownProperties, propertyCount } from './validation/own-properties.js';
export { isUnique } from './validation/unique.js';
export type { PayloadValidator } from './validation.js';
