import { describe, expect, test } from 'vitest';
import { type Audit, audit } from './audit.js';
import { historyOf } from './history.js';
import type { Injury, LedgerRecord, Started } from './ledger.js';

const fault = (change: Partial<Injury> = {}): Injury => ({
  what: 'fault',
  fault: 'SIGKILL',
  at: 1_000,
  until: 1_000,
  exposed: ['a'],
  forgets: 0,
  recoveredAt: 3_000,
  ...change,
});
const origin = (entry: number): string => `events/${entry}-0`;

/** An entry that was emitted and is in the stream. */
function emitted(entry: number, at: number, task = 'work'): LedgerRecord[] {
  const id = `p-${entry}`;
  return [
    { what: 'emitted', at, id, origin: origin(entry) },
    { what: 'stored', origin: origin(entry), id, task },
  ];
}

interface Call extends Partial<Pick<Started, 'key' | 'by' | 'since'>> {
  readonly consumer?: string;
  readonly from: number;
  readonly to?: number;
  readonly acknowledged?: number;
}

/** One completed call of the handler. */
function handled(entry: number, call: Call): LedgerRecord[] {
  const { consumer = 'a', from, to = from + 5, acknowledged } = call;
  const { key = 'k', by = 'read', since = from } = call;
  const one = { consumer, origin: origin(entry), attempt: 1 };
  return [
    { what: 'started', at: from, ...one, key, by, since },
    { what: 'ended', at: to, ...one, outcome: 'done' },
    ...(acknowledged === undefined
      ? []
      : [{ what: 'acknowledged', at: acknowledged, result: 'done', ...one } as const]),
  ];
}

function judged(...records: (LedgerRecord | LedgerRecord[])[]): Audit {
  return audit(historyOf([...records.flat(), { what: 'left', pending: 0, lag: 0 }]));
}

const broken = (found: Audit): string[] => found.violations.map(({ promise }) => promise);

/** Handled once, and once more. */
const twice = (entry: number, acknowledged: number | undefined, again: number): LedgerRecord[] => [
  ...emitted(entry, 900),
  ...handled(entry, { from: 950, ...(acknowledged === undefined ? {} : { acknowledged }) }),
  ...handled(entry, { consumer: 'b', from: again, acknowledged: again + 10 }),
];

describe('the audit', () => {
  test('finds nothing wrong where everything was handled once', () => {
    const found = judged(fault(), emitted(1, 900), handled(1, { from: 950, acknowledged: 960 }));
    expect(found.violations).toEqual([]);
    expect(found.rows).toEqual([
      {
        fault: 'SIGKILL',
        rounds: 1,
        emitted: 1,
        handled: 1,
        deadLettered: 0,
        duplicates: 0,
        lost: 0,
        lostLastSecond: 0,
        unordered: 0,
        unorderedAcross: 0,
        recoverySeconds: 2,
      },
    ]);
  });

  test('counts what is emitted from a fault until the next for that fault', () => {
    const second = fault({ fault: 'SIGSTOP', at: 5_000, until: 5_500, recoveredAt: 6_000 });
    const found = judged(
      second,
      fault(),
      [1, 2, 3].flatMap((entry) => emitted(entry, entry * 2_000)),
      [1, 2, 3].flatMap((entry) =>
        handled(entry, { from: entry * 2_000, acknowledged: entry * 2_000 + 10 }),
      ),
    );
    expect(found.rows).toMatchObject([
      { fault: 'SIGKILL', emitted: 2, handled: 2 },
      { fault: 'SIGSTOP', emitted: 1, handled: 1 },
    ]);
  });
});

describe('a planted loss', () => {
  test('is found', () => {
    const found = judged(fault(), emitted(1, 900));
    expect(broken(found)).toEqual(['nothing lost']);
    expect(found.rows).toMatchObject([{ emitted: 1, handled: 0, lost: 1 }]);
  });

  const server = fault({ fault: 'server SIGKILL', exposed: 'all', forgets: 1_000 });
  const [acknowledgedAt500] = emitted(1, 500);
  const [acknowledgedAt0] = emitted(1, -1);

  test('is forgiven where the server forgot the last second', () => {
    const found = judged(server, acknowledgedAt500 ?? []);
    expect(broken(found)).toEqual([]);
    expect(found.rows).toMatchObject([{ lost: 0, lostLastSecond: 1 }]);
  });

  test('is found where the server forgot more', () => {
    expect(broken(judged(server, acknowledgedAt0 ?? []))).toEqual(['nothing lost']);
  });

  test('is found where the server still has it', () => {
    expect(broken(judged(server, emitted(1, 500)))).toEqual(['nothing lost']);
  });
});

describe('a planted duplicate', () => {
  const promise = 'once, but for what was in flight';

  test('is excused where the entry was in flight in a process that was hit', () => {
    const found = judged(fault(), twice(1, undefined, 2_000));
    expect(broken(found)).toEqual([]);
    expect(found.rows).toMatchObject([{ duplicates: 1, handled: 1 }]);
  });

  test('is excused where its process held the entry when it was hit, and handled it afterwards', () => {
    const frozen = fault({ fault: 'SIGSTOP', at: 1_000, until: 4_000 });
    const late = (since: number): LedgerRecord[] => [
      ...emitted(1, 900),
      ...handled(1, { from: 4_100, since }),
      ...handled(1, { consumer: 'b', from: 4_150, acknowledged: 4_170 }),
    ];
    expect(broken(judged(frozen, late(950)))).toEqual([]);
    expect(broken(judged(frozen, late(4_050)))).toEqual([promise]);
  });

  test('is found where another process was hit', () => {
    const found = judged(fault({ exposed: ['c'] }), twice(1, undefined, 2_000));
    expect(broken(found)).toEqual([promise]);
    expect(found.rows).toMatchObject([{ duplicates: 1 }]);
  });

  test('is found where it was acknowledged before', () => {
    expect(broken(judged(fault(), twice(1, 960, 2_000)))).toEqual([promise]);
  });

  test('is found where it comes before the fault', () => {
    expect(broken(judged(fault(), twice(1, undefined, 990)))).toEqual([promise]);
  });

  test('is excused where the server forgot the acknowledgement, and found where that was older', () => {
    const server = (at: number) =>
      fault({ fault: 'server SIGKILL', exposed: 'all', forgets: 1_000, at, until: at + 500 });
    expect(broken(judged(server(1_900), twice(1, 960, 2_000)))).toEqual([]);
    expect(broken(judged(server(1_970), twice(1, 960, 2_000)))).toEqual([promise]);
  });
});

describe('planted disorder', () => {
  const both = [...emitted(1, 100), ...emitted(2, 100)];
  const call = (entry: number, change: Call) =>
    handled(entry, { acknowledged: change.from + 20, ...change });

  test('within one consumer is found', () => {
    const found = judged(fault(), both, call(2, { from: 200 }), call(1, { from: 300 }));
    expect(broken(found)).toEqual(['order of a key within a consumer']);
    expect(found.rows).toMatchObject([{ unordered: 1, unorderedAcross: 1 }]);
  });

  test('of two entries of a key handled at once is found', () => {
    const found = judged(fault(), both, call(1, { from: 200, to: 250 }), call(2, { from: 220 }));
    expect(broken(found)).toEqual(['order of a key within a consumer']);
  });

  test.each([
    ['of different keys', { key: 'other' }],
    ['between two consumers', { consumer: 'b' }],
    ['of an entry that was handed over', { by: 'inlet' }],
    ['of an entry taken over by a claim whose answer was lost', { by: 'own' }],
  ] as const)('%s is none', (_, change) => {
    const found = judged(fault(), both, call(2, { from: 200 }), call(1, { from: 300, ...change }));
    expect(broken(found)).toEqual([]);
    expect(found.rows).toMatchObject([{ unordered: 0 }]);
  });

  test('between two consumers is counted apart', () => {
    const other = call(1, { from: 300, consumer: 'b' });
    const found = judged(fault(), both, call(2, { from: 200 }), other);
    expect(found.rows).toMatchObject([{ unorderedAcross: 1 }]);
  });
});

describe('the audit finds also', () => {
  const dead = (reason: string): LedgerRecord => ({ what: 'dead', origin: origin(1), reason });
  const done = handled(1, { from: 950, acknowledged: 960 });

  test.each<[string, LedgerRecord[], string]>([
    ['a dead letter of an entry that was handled', [...done, dead('failed')], 'dead letters'],
    ['an innocent dead letter', [dead('crashed')], 'dead letters'],
    [
      'a payload written twice',
      [...done, { what: 'stored', origin: origin(2), id: 'p-1', task: 'work' }],
      'written once, or told',
    ],
    [
      'an emit that denied what it wrote',
      [...done, { what: 'refused', at: 1, id: 'p-1', code: 'DEADLINE', maybeWritten: false }],
      'written once, or told',
    ],
    [
      'a process that ended by itself',
      [...done, { what: 'surprise', at: 1, text: 'consumer-1 ended with 1' }],
      'processes',
    ],
    [
      'a fault that nobody recovered from',
      [...done, fault({ recoveredAt: undefined })],
      'recovery',
    ],
  ])('%s', (_, records, promise) => {
    expect(broken(judged(fault(), emitted(1, 900), records))).toContain(promise);
  });

  test('a dead letter for a crash that no fault made', () => {
    const last = { consumer: 'a', origin: origin(1), attempt: 4 };
    const records: LedgerRecord[] = [
      ...emitted(1, 900, 'fail'),
      { what: 'started', at: 950, ...last, key: 'k', by: 'read', since: 940 },
      { what: 'ended', at: 960, ...last, outcome: 'threw' },
      dead('crashed'),
    ];
    expect(broken(judged(fault(), records))).toEqual([]);
    expect(broken(judged(fault({ exposed: ['b'] }), records))).toEqual(['dead letters']);
  });

  test('a handler that was cut off in a process that nobody killed', () => {
    const one = { consumer: 'b', origin: origin(1), attempt: 1, key: 'k' } as const;
    const cut: LedgerRecord = { what: 'started', at: 950, ...one, by: 'read', since: 940 };
    const after = handled(1, { from: 2_000, acknowledged: 2_010 });
    expect(broken(judged(fault({ exposed: ['b'] }), emitted(1, 900), cut, after))).toEqual([]);
    expect(broken(judged(fault(), emitted(1, 900), cut, after))).toEqual([
      'handlers come to their end',
    ]);
  });

  test('entries left pending', () => {
    const records = [fault(), ...emitted(1, 900), ...done];
    const found = audit(historyOf([...records, { what: 'left', pending: 1, lag: 0 }]));
    expect(broken(found)).toEqual(['nothing is left over']);
  });

  test('that an expected dead letter is none of these', () => {
    const found = judged(fault(), emitted(1, 900, 'fail'), dead('failed'));
    expect(found.violations).toEqual([]);
    expect(found.rows).toMatchObject([{ emitted: 1, handled: 0, deadLettered: 1, lost: 0 }]);
  });
});
