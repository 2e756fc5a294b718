import {
  CLOSE_CASE,
  CLOSE_FAILURE,
  CLOSE_OUTPUT,
  CLOSE_SUITE,
  CLOSE_SUITES,
  errorOf,
  OPEN_OUTPUT,
  openCase,
  openFailure,
  openSuite,
  openSuites,
} from '../../check/report/junit-xml.js';
import { Markup } from '../../check/report/markup.js';
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
    start: () => openSuites('shoji validate').text,
    open: ({ origin: { source }, element, dialect, valid, errors }) => {
      isOpen = false;
      const name = attribute(source);
      const suite =
        openSuite(name, { tests: 1, failures: valid ? 0 : 1, errors: 0 }).text +
        openCase(attribute(dialect), name).text;
      if (valid) return suite;
      isOpen = true;
      const kind = element ?? 'Value document';
      const message = `${errors} ${errors === 1 ? 'error' : 'errors'}; this is no valid ${kind}`;
      return suite + openFailure('invalid', attribute(message)).text;
    },
    findings: ({ origin: { file }, valid }, { findings }) => {
      const tag = valid && !isOpen ? OPEN_OUTPUT : '';
      isOpen = true;
      return tag + findings.map((finding) => content(lineOf(finding, file))).join('');
    },
    close: ({ valid }) => {
      const tag = valid ? CLOSE_OUTPUT : CLOSE_FAILURE;
      return `${isOpen ? tag : ''}${CLOSE_CASE}${CLOSE_SUITE}\n`;
    },
    unreadable: (source, message) => {
      const name = attribute(source);
      const suite = openSuite(name, { tests: 1, failures: 0, errors: 1 }).text;
      const error = errorOf('unreadable', attribute(message)).text;
      return `${suite}${openCase('unreadable', name).text}${error}${CLOSE_CASE}${CLOSE_SUITE}\n`;
    },
    end: () => CLOSE_SUITES,
  };
}

function lineOf({ rule, level, message, see, line = 1, column = 1 }: Finding, file: string): string {
  return `${file}:${line}:${column} ${level} ${rule} ${message} [${see}]\n`;
}

/** An attribute's value, which keeps all that a path may hold, line breaks and tabs too. */
function attribute(text: string): Markup {
  return new Markup(
    content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;'),
  );
}

/** @see Extensible Markup Language (XML) 1.0, sections 2.2 and 2.4 */
function content(text: string): string {
  return text
    .replaceAll(UNWRITABLE, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** No XML 1.0 document may hold them, however they are written: most control characters, lone surrogates. */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
