/** The arguments of a call, of which strings are written as bytes: no comma in them can be mistaken. */
export function argumentsOf(call: string): readonly string[] {
  return call.slice(0, call.lastIndexOf(')')).split(', ');
}

/** The path of the file that a call's first argument, a descriptor, stands for. */
export function pathOf(call: string): string | undefined {
  const shown = /^\w+\(\d+<((?:\\x[0-9a-f]{2})+)>/.exec(call)?.[1];
  return shown === undefined ? undefined : bytes(shown).toString('utf8');
}

/** The bytes of a string, which strace shows in quotes as `\x41\x42`. @throws {Error} where it was not shown whole */
export function textOf(shown: string): Buffer {
  if (!shown.startsWith('"') || !shown.endsWith('"')) throw new Error(`cut short: ${shown.slice(-20)}`);
  return bytes(shown.slice(1, -1));
}

function bytes(shown: string): Buffer {
  return Buffer.from(shown.replaceAll('\\x', ''), 'hex');
}
