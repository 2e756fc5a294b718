import { nearness } from '../../protocol/edit-distance.js';
import { rulePages } from '../../protocol/pages/rule-pages.js';
import type { RulePage } from '../../protocol/pages/rule-page.js';
import { UsageError } from '../command-line.js';

/**
 * Writes what there is to know of a rule.
 *
 * @throws {UsageError} where there is no such rule
 */
export function explainRule(name: string, format: 'text' | 'json'): string {
  const pages: Readonly<Record<string, RulePage>> = rulePages;
  const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
  if (page === undefined) throw unknownRule(name, Object.keys(pages));
  return format === 'json'
    ? `${JSON.stringify({ rule: name, ...page }, undefined, 2)}\n`
    : textOf(name, page);
}

function unknownRule(name: string, names: readonly string[]): UsageError {
  const near = names.filter(
    (known) => nearness(name, known) !== undefined || (name.length > 3 && known.includes(name)),
  );
  const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `the rules are ${names.join(', ')}`;
  return new UsageError(`there is no rule ${JSON.stringify(name)}; ${advice}`);
}

function textOf(name: string, page: RulePage): string {
  const { level, summary, reason, see, dialect, role, bad, good } = page;
  const judgedAs = [
    ...(dialect === undefined ? [] : [`--dialect ${dialect}`]),
    ...(role === undefined ? [] : [`--role ${role}`]),
  ];
  const condition = judgedAs.length === 0 ? '' : ` (with ${judgedAs.join(' ')})`;
  return (
    `${name} (${level})\n\n${wrap(summary)}\n\n${wrap(reason)}\n\nSee ${see}.\n\n` +
    `This breaks the rule${condition}:\n\n${indent(bad)}\n\nThis does not:\n\n${indent(good)}\n`
  );
}

/** Breaks a paragraph into lines that a terminal shows whole. */
function wrap(paragraph: string): string {
  return paragraph.replaceAll(/(.{1,90})(?:\s+|$)/g, '$1\n').trimEnd();
}

/** Control characters that an example needs are shown by what they stand for, and do nothing. */
function indent(text: string): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) =>
    character === '\n' ? character : `<U+${codeOf(character)}>`,
  );
  return shown.replaceAll(/^/gm, '    ');
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
