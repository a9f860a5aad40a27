/** Why a text cannot be the name of a stream, or of a dead-letter stream of the user's own. */
export interface NameProblem {
  readonly message: string;
  readonly hint: string;
}

/** Keys beside a stream that are ours: its dead letters, replays, leases, members, layout, closed partitions. */
const OURS = /^\{[^{}]+\}:(?:.*:)?(?:dlq|layout|closed|(?:replay|lease|members):.*)$/s;
const DEAD_LETTERS = /:dlq$/;

export function streamNameProblem(name: string): NameProblem | undefined {
  if (OURS.test(name)) {
    return {
      message: `'${name}' is a name that pspf gives to a key of its own`,
      hint: 'Choose another name; those of the form {name}:dlq, {name}:replay:… are taken.',
    };
  }
  return keyNameProblem(name);
}

/** A dead-letter stream may bear the name it would have had anyway, or share another stream's. */
export function dlqNameProblem(name: string): NameProblem | undefined {
  return DEAD_LETTERS.test(name) ? keyNameProblem(name) : streamNameProblem(name);
}

function keyNameProblem(name: string): NameProblem | undefined {
  const reserved = /[#~]/.exec(name)?.[0];
  if (reserved !== undefined) {
    return {
      message: `The name '${name}' contains '${reserved}', which pspf keeps for partitions`,
      hint: `For example '${name.replace(/[#~]+/g, '-')}'.`,
    };
  }
  if (!/^[^{}]*(?:\{[^{}]+\}[^{}]*)?$/.test(name)) {
    return {
      message: `The name '${name}' has braces that are not one hash tag`,
      hint: 'Braces choose the slot in a cluster: one pair at most, around some text, as in {shop}:orders.',
    };
  }
  return textProblem(name, 'name');
}

export function groupNameProblem(name: string): NameProblem | undefined {
  if (name.startsWith('~')) {
    return {
      message: `The group '${name}' begins with '~', which pspf keeps for consumers of its own`,
      hint: `For example '${name.replace(/^~+/, '') || 'workers'}'.`,
    };
  }
  return textProblem(name, 'group');
}

function textProblem(text: string, what: string): NameProblem | undefined {
  const hint = 'Use a short text like order-workers.';
  if (text.trim() === '') return { message: `The ${what} is empty`, hint };
  if (/\p{Cc}|\p{Cs}/u.test(text)) {
    return { message: `The ${what} contains a control character`, hint };
  }
  if (text !== text.trim()) {
    return {
      message: `The ${what} '${text}' begins or ends with a space`,
      hint: `'${text.trim()}'`,
    };
  }
  return undefined;
}

/** Where dead letters go by default: in the stream's cluster slot, built on the hash tag it may have. */
export function dlqName(stream: string): string {
  return /\{[^{}]+\}/.test(stream) ? `${stream}:dlq` : `{${stream}}:dlq`;
}
