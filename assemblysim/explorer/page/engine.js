// The native engine in WebAssembly: programs made of tables, and batches of integrations.
"use strict";

class Engine {
  static async start(base64) {
    const packed = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const opened = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const compiled = await WebAssembly.compile(await new Response(opened).arrayBuffer());
    const system = {};
    for (const { module, name } of WebAssembly.Module.imports(compiled)) {
      system[module] ??= {};
      system[module][name] = () => { throw new Error(`the engine asked for ${name}`); };
    }
    const instance = await WebAssembly.instantiate(compiled, system);
    instance.exports._initialize?.();
    return new Engine(instance.exports);
  }

  constructor(entries) {
    this.entries = entries;
  }

  // Copies numbers into the engine's memory; returns where they are.
  put(numbers, Kind = Float64Array) {
    const place = this.entries.take(Math.max(8, numbers.length * Kind.BYTES_PER_ELEMENT));
    new Kind(this.entries.memory.buffer, place, numbers.length).set(numbers);
    return place;
  }

  program(tables) {
    const whole = this.put(tables.whole, Int32Array), real = this.put(tables.real);
    const program = this.entries.make_program(whole, real);
    this.entries.give_back(whole);
    this.entries.give_back(real);
    return program;
  }

  // Integrates B vectors: constants (B, P), starts and ceilings (B, S), increasing times (T,).
  // Returns concentrations (B, T, S) in one array, and the status of each, 0 where completed.
  integrate(program, batch, constants, starts, ceilings, times, accuracy) {
    const species = starts.length / batch, size = batch * times.length * species;
    const numbers = [constants, starts, ceilings, times].map((one) => this.put(one));
    const found = this.entries.take(Math.max(8, size * 8));
    const reached = this.entries.take(batch * 8), status = this.entries.take(batch * 8);
    this.entries.integrate(
      program, batch, times.length, ...numbers, accuracy.rtol, accuracy.share, accuracy.steps,
      accuracy.longest ?? 1e300, found, reached, status,
    );
    const memory = this.entries.memory.buffer;
    const concentrations = new Float64Array(memory, found, size).slice();
    const ends = new Int32Array(memory, status, batch).slice();
    for (const place of [...numbers, found, reached, status]) this.entries.give_back(place);
    return { concentrations, status: ends };
  }
}
