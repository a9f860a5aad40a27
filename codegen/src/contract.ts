/** The contract between generated code and `@pspf/runtime`, printed into every definition. */
export const CONTRACT = 1;

/** The one package module that generated code imports. */
export const RUNTIME_MODULE = '@pspf/runtime/generated';
