const symbol: unique symbol = Symbol.for('pspf.runtime.v1');

type Holder = typeof globalThis & { [symbol]?: Map<string, unknown> };

/**
 * The one place of module-level state: a value shared by every copy of this package in the process,
 * since a monorepo has two copies sooner than one thinks and a signal must reach them all.
 *
 * @param name what is kept, for example `'shutdown'`; its shape must stay compatible within v1
 * @param create makes the value at first use
 */
export function processSlot<V>(name: string, create: () => V): V {
  const holder: Holder = globalThis;
  holder[symbol] ??= new Map();
  const slot = holder[symbol];
  if (!slot.has(name)) slot.set(name, create());
  return slot.get(name) as V;
}
