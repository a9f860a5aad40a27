import { ChurnMap } from './churn-map.js';

/** One key's entries in their order. Only the head may run. */
export interface Lane<T> {
  readonly key: string;
  head: T;
  tail: T;
}

/** What can stand in a lane. The lanes keep all three fields; others only read them. */
export interface LaneMember<T> {
  /** The lane it stands in; undefined while in none. */
  lane: Lane<T> | undefined;
  ahead: T | undefined;
  behind: T | undefined;
}

/** The lanes of all keys at hand; a lane exists only while something stands in it. Every step is O(1). */
export class Lanes<T extends LaneMember<T>> {
  readonly #lanes = new ChurnMap<string, Lane<T>>();

  /** Queue up at the end. Answers whether the member is at the head; without a key there is no lane to wait in. */
  enter(member: T, key: string | undefined): boolean {
    if (key === undefined) return true;
    const lane = this.#lanes.get(key);
    if (lane === undefined) return this.#open(member, key);
    this.#insert(member, lane, lane.tail);
    return false;
  }

  /** Queue up right behind the head, for one that let others pass; or stay. Answers whether the member is at the head. */
  rejoin(member: T, key: string | undefined): boolean {
    if (key === undefined || member.lane !== undefined) return member.ahead === undefined;
    const lane = this.#lanes.get(key);
    if (lane === undefined) return this.#open(member, key);
    this.#insert(member, lane, lane.head);
    return false;
  }

  /** Step out, from any place. Answers the member that came to the head by this, if one did. */
  leave(member: T): T | undefined {
    const { lane, ahead, behind } = member;
    if (lane === undefined) return undefined;
    member.lane = undefined;
    member.ahead = undefined;
    member.behind = undefined;
    if (behind !== undefined) behind.ahead = ahead;
    else if (ahead !== undefined) lane.tail = ahead;
    else this.#lanes.delete(lane.key);
    if (ahead !== undefined) {
      ahead.behind = behind;
      return undefined;
    }
    if (behind !== undefined) lane.head = behind;
    return behind;
  }

  #open(member: T, key: string): true {
    const lane = { key, head: member, tail: member };
    this.#lanes.set(key, lane);
    member.lane = lane;
    return true;
  }

  #insert(member: T, lane: Lane<T>, after: T): void {
    member.lane = lane;
    member.ahead = after;
    member.behind = after.behind;
    if (after.behind === undefined) lane.tail = member;
    else after.behind.ahead = member;
    after.behind = member;
  }
}
