import type { Finding } from '../../protocol/findings.js';
import type { Reporter } from './reporter.js';

/**
 * Writes JUnit's XML, as CI systems read it. A document is a suite with one test of a name that does not
 * change from run to run, so that they can tell what is newly broken and what was mended. The failure of a
 * document that is not valid lists all that is to be said of it; the warnings of a valid one are its output.
 */
export function junitReporter(): Reporter {
  let isOpen = false;
  return {
    start: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="shoji validate">\n',
    open: ({ origin: { source }, element, dialect, valid, errors }) => {
      isOpen = false;
      const suite =
        `<testsuite name="${attribute(source)}" tests="1" failures="${valid ? 0 : 1}" errors="0">` +
        `<testcase classname="${attribute(dialect)}" name="${attribute(source)}">`;
      if (valid) return suite;
      isOpen = true;
      const kind = element ?? 'Value document';
      const message = `${errors} ${errors === 1 ? 'error' : 'errors'}; this is no valid ${kind}`;
      return `${suite}<failure type="invalid" message="${attribute(message)}">`;
    },
    findings: ({ origin: { file }, valid }, { findings }) => {
      const tag = valid && !isOpen ? '<system-out>' : '';
      isOpen = true;
      return tag + findings.map((finding) => content(lineOf(finding, file))).join('');
    },
    close: ({ valid }) => {
      const tag = valid ? '</system-out>' : '</failure>';
      return `${isOpen ? tag : ''}</testcase></testsuite>\n`;
    },
    unreadable: (source, message) =>
      `<testsuite name="${attribute(source)}" tests="1" failures="0" errors="1">` +
      `<testcase classname="unreadable" name="${attribute(source)}">` +
      `<error type="unreadable" message="${attribute(message)}"/></testcase></testsuite>\n`,
    end: () => '</testsuites>\n',
  };
}

function lineOf({ rule, level, message, see, line = 1, column = 1 }: Finding, file: string): string {
  return `${file}:${line}:${column} ${level} ${rule} ${message} [${see}]\n`;
}

/** What no XML 1.0 document may hold, however it is written: most control characters, lone surrogates. */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** @see Extensible Markup Language (XML) 1.0, sections 2.2 and 2.4 */
function content(text: string): string {
  return text
    .replaceAll(UNWRITABLE, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** As content, and with what an attribute's value would lose. */
function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
