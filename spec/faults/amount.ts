/** Whether as many faults are made as `FAULTS=full` asks for, and not only some of each kind. */
const isFull = process.env['FAULTS'] === 'full';

/** How many faults to make: few in every run of the tests, many where they are asked for. */
export function amount(few: number, many: number): number {
  return isFull ? many : few;
}

/** Prints what was done and what came of it, in one line below the title of the test. */
export function report(figures: Readonly<Record<string, number | string>>): void {
  console.log(
    `      ${Object.entries(figures)
      .map(([name, value]) => `${value} ${name}`)
      .join(', ')}`,
  );
}
