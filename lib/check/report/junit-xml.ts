import { type Content, type Markup, markup } from './markup.js';

// The elements of JUnit's XML, as CI systems read it. Each opens and closes on its own, so that a report can be
// written piece by piece. Text is escaped, unless it is markup already.

/** Counts of a suite, or of all of them. */
interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

/** The beginning of a report; counts and time are left out where they are not known yet. */
export function openSuites(name: Content, counts?: Counts & { readonly seconds: number }): Markup {
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}"${counts !== undefined && markup`${countsOf(counts)} time="${counts.seconds}"`}>
`;
}

/** The end of a report. */
export const CLOSE_SUITES = '</testsuites>\n';

export function openSuite(name: Content, counts: Counts): Markup {
  return markup`<testsuite name="${name}"${countsOf(counts)}>`;
}

export const CLOSE_SUITE = '</testsuite>';

export function openCase(classname: Content, name: Content): Markup {
  return markup`<testcase ${caseOf(classname, name)}>`;
}

export const CLOSE_CASE = '</testcase>';

/** A test case that passed, and has nothing to tell. */
export function passedCase(classname: Content, name: Content): Markup {
  return markup`<testcase ${caseOf(classname, name)}/>`;
}

export function openFailure(type: Content, message: Content): Markup {
  return markup`<failure type="${type}" message="${message}">`;
}

export const CLOSE_FAILURE = '</failure>';

/** That a test case could not be judged. */
export function errorOf(type: Content, message: Content): Markup {
  return markup`<error type="${type}" message="${message}"/>`;
}

export const OPEN_OUTPUT = '<system-out>';
export const CLOSE_OUTPUT = '</system-out>';

function countsOf({ tests, failures, errors }: Counts): Markup {
  return markup` tests="${tests}" failures="${failures}" errors="${errors}"`;
}

function caseOf(classname: Content, name: Content): Markup {
  return markup`classname="${classname}" name="${name}"`;
}
