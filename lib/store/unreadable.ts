/** A column of an existing table holds what no body can: a number whose digits a double does not hold. */
export class UnreadableValueError extends Error {
  readonly column: string;
  /** The member of bodies that the column is for. */
  readonly member: string;

  constructor(column: string, member: string, message: string) {
    super(message);
    this.name = 'UnreadableValueError';
    this.column = column;
    this.member = member;
  }
}
