import type { DiagnosticCode } from '../diagnostics.js';

/** What `pspf-gen explain` says beyond a code's title: why it is refused, and what to write instead. */
export const EXPLANATIONS: Readonly<Record<DiagnosticCode, string>> = {
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
  PSPF030: `
index.ts re-exports everything by name, so two types of one name cannot both be in it. Each stays exported by its own
module: import { Item } from './generated/orders.js'. A title of its own for one of the two schemas brings both back.`,
  PSPF035: `
A $ref is a URI reference. '#/$defs/Item' is a JSON pointer into the schema itself: within a declaration '#' is the
payload, not the file. './schemas/money.yaml' is another file, relative to the one it stands in, and
'./schemas/money.yaml#/$defs/Currency' a part of it. '#name' is an $anchor.`,
  PSPF036: `
Nothing is fetched from a network: a build must not depend on one, nor on what stands there today. Save the schema in a
file and refer to that. A URL is fine where it is the $id of a schema that some file holds.`,
  PSPF037: `
A schema may contain itself in a property or an item: a tree is made of trees. Where it refers to itself for the same
value, directly or by way of allOf, anyOf and others, there is no end to checking it.`,
  PSPF038: `
The keyword is one of JSON Schema's, and the value is none that its specification allows there.`,
  PSPF039: `
Patterns are regular expressions of ECMA-262, read with the u flag as JSON Schema recommends: a backslash may stand only
before a character that has a meaning, so write '-' and not '\\-' outside of a class. They match anywhere in a text
unless they begin with ^ and end with $.`,
  PSPF040: `
The keyword is refused rather than ignored: code that accepted what the schema refuses would be worse than none.`,
  PSPF041: `
Schemas are read by the draft that their $schema names: draft-04, draft-06, draft-07, 2019-09 or 2020-12. Without it a
payload is read as 2020-12.`,
  PSPF042: `
A warning. The schema is read as its draft says, and by that the keyword does nothing: it is misspelt, belongs to another
draft, or to OpenAPI. Keywords that begin with x- are taken for your own.`,
  PSPF043: `
A warning. By the specification an unknown format allows anything, and so it does here; use pattern for what must be
checked.`,
  PSPF044: `
A warning. Up to draft-07 whatever stands beside a $ref is ignored. Put both into an allOf, or name a later draft by
$schema.`,
  PSPF045: `
An id or an anchor names one schema. Two files that claim the same, often a copy and its original, would make it a matter
of chance which one a $ref reaches.`,
  PSPF046: `
A file without $schema is read by the draft of what refers to it, and here two drafts do. Write $schema in it.`,
  PSPF047: `
The ordering key must be there in every payload, and be text or a whole number: messages are put in order by it. 'key'
is a JSON pointer into the payload, each step of which must be required: /customerId, /customer/id.`,
  PSPF048: `
properties and required say nothing about values that are no objects: the text "x" matches { properties: ... }. Add
'type: object', unless other values are meant to pass.`,
  PSPF049: `
A warning. 'required' holds a name that 'properties' beside it does not, and nearly does: most likely a typing mistake, by
which every payload must have a property of the wrong name, and need not have the right one.`,
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
  PSPF067: `
An out directory belongs to one directory of declarations: what a run does not make any more, it removes. Here it holds
the clients of declarations that are still there, but not in the directory you named. Give every directory of
declarations an out directory of its own, or name the one that holds them all. This is a warning: the files are removed.`,
};
