/**
 * Checks that a path names a file that a database can be kept in.
 *
 * @throws {TypeError} where it names something else
 */
export function checkFilePath(path: string): void {
  if (path === '' || path.startsWith(':memory:')) {
    throw new TypeError(
      `${JSON.stringify(path)} names no file; write a path such as "users.db", or use the store "memory"`,
    );
  }
  if (path.includes('\0')) throw new TypeError('the path of a file cannot hold the character U+0000');
}
