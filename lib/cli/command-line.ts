/** Thrown for a command line that cannot be followed; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'SHOJI_USAGE';
}

/**
 * Makes a usage error of what `parseArgs` threw; anything but its own complaint is thrown on.
 *
 * @param options - the options that there are, for the message
 */
export function toUsageError(error: unknown, options: string): UsageError {
  if (!(error instanceof TypeError)) throw error;
  // The first sentence names what was found; what follows explains parseArgs itself.
  const found = error.message.split(/\.\s|\n/, 1)[0] ?? '';
  return new UsageError(`${found}; the options are ${options}`, { cause: error });
}

/**
 * Reads an option that names one of a few choices.
 *
 * @param found - undefined where the option is not given
 * @throws {UsageError} where it names none
 */
export function choose<Choice extends string>(
  option: string,
  found: string | undefined,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === found);
  if (choice !== undefined) return choice;
  const problem = found === undefined ? 'is missing' : `is ${JSON.stringify(found)}`;
  throw new UsageError(`${option} ${problem}; write ${choices.join(' or ')}`);
}
