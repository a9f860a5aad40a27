/** Lines that scroll, with one progress bar below them on a terminal; plain lines in a pipe. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  #bar = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    // Whoever reads the pipe may leave early, as `head` does; the run goes on to its clean end.
    out.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }

  line(text: string): void {
    this.#out.write(`${this.#clear()}${text}\n${this.#bar}`);
  }

  /** Show how far we are; in a pipe only every quarter. */
  progress(done: number, total: number, what: string): void {
    if (this.#out.isTTY) {
      const filled = Math.round((done / total) * 30);
      const clear = this.#clear();
      this.#bar = `  ${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${done}/${total} ${what}`;
      this.#out.write(clear + this.#bar);
    } else if (done % Math.ceil(total / 4) === 0 || done === total) {
      this.line(`  ${done}/${total} ${what}`);
    }
  }

  /** Take the bar away. */
  end(): void {
    const clear = this.#clear();
    this.#bar = '';
    this.#out.write(clear);
  }

  #clear(): string {
    return this.#bar === '' ? '' : '\r\u001b[2K';
  }
}
