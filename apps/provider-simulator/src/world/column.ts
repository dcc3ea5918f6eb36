/** A growing column of unsigned 32-bit numbers; what was never set reads as 0. */
export class Column {
  #values = new Uint32Array(1024);

  get(row: number): number {
    return this.#values[row] ?? 0;
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const larger = new Uint32Array(Math.max(row + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[row] = value;
  }
}
