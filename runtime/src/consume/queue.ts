/** First in, first out, without the cost of `Array.shift`. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    // What was taken must not be kept alive: it may be megabytes.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) this.#reset([]);
    else if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {
      this.#reset(this.#items.slice(this.#head));
    }
    return item;
  }

  #reset(items: (T | undefined)[]): void {
    this.#items = items;
    this.#head = 0;
  }
}
