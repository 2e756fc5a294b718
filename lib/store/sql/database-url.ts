/**
 * Checks the URL of a PostgreSQL database.
 *
 * @throws {TypeError} where it is none; what it says does not hold the password
 */
export function checkDatabaseUrl(url: string): void {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return;
  throw new TypeError(
    `${JSON.stringify(withoutSecrets(url))} is no URL of a PostgreSQL database; write one such as ` +
      `"postgres://user:password@localhost:5432/database", with other characters than letters and digits ` +
      `of the password percent-encoded`,
  );
}

/** A text that may be a URL as it can be shown: without user, password and query. */
export function withoutSecrets(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:(?:\/\/)?)?.*@/is, '$1…@').replace(/\?.*$/s, '?…');
}
