import type { DiagnosticCode } from '../diagnostics.js';

/** What `pspf-gen explain` says beyond a code's title: why it is refused, and what to write instead. */
export const EXPLANATIONS: Partial<Record<DiagnosticCode, string>> = {
  PSPF001: `
pspf-gen reads every file *.stream.yaml, *.stream.yml and *.stream.json in the directory you name and below it,
leaving out node_modules and folders that begin with a dot. There must be at least one: an empty directory is nearly
always a wrong path, and generating from it would remove every client.`,
  PSPF002: `
A file that is named on the command line or in a $ref could not be read: it is not there, is a directory, may not be
read, or is not UTF-8. A $ref is relative to the file that it stands in.`,
  PSPF003: `
YAML files are read as YAML 1.2 (core schema), .json files as strict JSON: no comments, no trailing commas. At most one
problem a line is told, because what follows it is usually its echo.`,
  PSPF004: `
Of two equal keys in one mapping YAML and JSON readers take either; here neither is taken. In YAML 404 and "404" are one
key: keys are text.`,
  PSPF005: `
JSON numbers are read as 64-bit floating point, as JavaScript does. A whole number that such a value cannot hold exactly
would silently become another one, in enum, const, minimum or a default.`,
  PSPF006: `
A declaration is JSON data, whichever way it is written: tags, .nan, .inf, keys that are not text, and aliases of what
they stand in have no counterpart there. Anchors, aliases and the merge key << are fine.`,
  PSPF010: `
Unknown keys are mistakes, never ignored: a misspelt 'timeout' would otherwise mean the default. In the payload any key
of JSON Schema may stand.`,
  PSPF011: `
A declaration needs three keys:

    stream: orders            # its name in Valkey
    group: order-workers      # the default consumer group
    payload:                  # JSON Schema of the events, or { $ref: ./schemas/order.json }
      type: object`,
  PSPF012: `
The value is of another kind than the key takes, out of its bounds, or not one of its choices. An editor with the YAML
language server shows what each key takes, given this first line:

    # yaml-language-server: $schema=../node_modules/pspf-gen/stream.schema.json`,
  PSPF013: `
Durations are a whole number and a unit: 200ms, 30s, 5m, 2h. A bare number is refused because half of all readers take
it for seconds and the other half for milliseconds. They are longer than 0 and at most 24 days, the longest a timer of
Node.js waits.`,
  PSPF014: `
The key is reserved for what a later version does. It is refused rather than ignored, because a declaration would
promise what nothing keeps.`,
  PSPF015: `
Generated files are named by the declaration's base name and stand in one directory: orders.stream.yaml makes orders.ts.
Two files of one base name, in different folders, of different extensions, or different only in upper and lower case
(one file on macOS and Windows), would overwrite each other.`,
  PSPF016: `
A stream has one declaration. Several types of events in one stream are branches of a oneOf in its payload, each of
which requires a property with a const of its own, for example type.`,
  PSPF017: `
A stream's name is its key in Valkey, before any keyPrefix. It must not be empty, begin or end with a space, or contain
control characters, '#' or '~'. Braces make a cluster's hash tag: at most one pair, around some text. Names like
{orders}:dlq, {orders}:replay:…, {orders}:lease:… belong to the runtime.`,
  PSPF018: `
A stream whose name is another's dead-letter stream would get dead letters as events. By default dead letters of
'orders' go to {orders}:dlq, which no declared stream can be called.`,
  PSPF019: `
A group must not be empty, begin or end with a space, contain control characters, or begin with '~', which the runtime
uses for consumers of its own.`,
  PSPF020: `
Generated files and the class are named by the declaration's base name. It consists of letters, digits, '-' and '_',
has a letter, and is none of 'index' and '_shared', which every run makes, or of the names that Windows reserves.`,
  PSPF021: `
The class is OrdersStream for orders.stream.yaml, or what 'class:' says: an identifier in PascalCase, different for each
declaration, and not one that generated code uses itself, like Promise.`,
  PSPF022: `
The first retry waits up to 'initial', each further one up to 'factor' times as long, none longer than 'max'. An
'initial' above 'max' would never be reached.`,
  PSPF060: `
The generated files go to the directory given by --out (default: ./generated), which is made where it is missing. A file
stands in its place, it may not be written to, or the disk is full. Each file is written whole or not at all.`,
  PSPF061: `
pspf-gen overwrites and removes only what it made: files that its manifest lists or that begin with its banner. A file
of yours stands where a generated one belongs, so nothing was written.`,
  PSPF062: `
pspf.manifest records what the last run read and made. It has a merge conflict, or was edited; it then counts as absent.
Generate again. Files without a manifest are recognised by their banner.`,
  PSPF063: `
The file is as pspf-gen made it, from another state of the declarations, or by another version of pspf-gen. Generate
again and commit the result.`,
  PSPF064: `
The file would be made from the declarations as they are, and is not there. Generate again and commit the result.`,
  PSPF065: `
The file was made by pspf-gen (it begins with its banner, or the manifest lists it), and no declaration makes it any
more. The next run removes it.`,
  PSPF066: `
The file is not as pspf-gen wrote it. Change the declaration instead, and generate again: the edit will be lost. If a
formatter did it, tell it to leave the directory alone (for Prettier, a line in .prettierignore).`,
};
