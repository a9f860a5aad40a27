import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LaneMember, Lanes } from '../../../runtime/dist/consume/lanes.js';

interface Member extends LaneMember<Member> {
  readonly id: number;
}

test('a lane is a queue that can be left from any place, and re-entered behind the head', () => {
  const step = fc.record({
    what: fc.constantFrom('enter', 'enter', 'rejoin', 'leave'),
    pick: fc.nat(30),
    key: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const lanes = new Lanes<Member>();
      const model: Record<string, Member[]> = { a: [], b: [] };
      let made = 0;
      for (const { what, pick, key } of steps) {
        const queue = model[key] ?? [];
        if (what === 'leave') {
          const member = queue[pick % Math.max(1, queue.length)];
          if (member === undefined) continue;
          const wasHead = queue[0] === member;
          queue.splice(queue.indexOf(member), 1);
          expect(lanes.leave(member)).toBe(wasHead ? queue[0] : undefined);
          expect(lanes.leave(member)).toBeUndefined();
        } else {
          made += 1;
          const member = { id: made, lane: undefined, ahead: undefined, behind: undefined };
          expect(lanes[what](member, key)).toBe(queue.length === 0);
          if (what === 'enter') queue.push(member);
          else queue.splice(1, 0, member);
        }
      }
      for (const queue of Object.values(model)) {
        for (let next = queue[0]; next !== undefined; next = queue[0]) {
          queue.shift();
          expect(lanes.leave(next)).toBe(queue[0]);
        }
      }
    }),
  );
});
