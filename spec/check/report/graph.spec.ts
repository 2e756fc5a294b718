import assert from 'node:assert/strict';
import { graphDot, graphMermaid } from '../../../lib/check/report/graph-languages.js';
import { HOSTILE, hostileResult, largeResult, usersResult } from './results.js';

/** A statement of Graphviz as this graph may hold it: quoted strings end only where they should. */
const STRING = String.raw`"(?:[^"\\\n]|\\["\\])*"`;
const DOT = new RegExp(
  String.raw`^(?:digraph ${STRING} \{|\}|  rankdir=LR;|  (?:node|edge) \[[^\]]*\];|` +
    String.raw`  n\d+(?: -> n\d+)? \[\w+=(?:${STRING}|\w+)(?:, \w+=(?:${STRING}|\w+))*\];|)$`,
);
const MERMAID =
  /^(flowchart LR| {2}n\d+(\[\[|\[\/|\[|\{\{|\(\[|\()"[^"\n<>\\`]*"(\]\]|\/\]|\]|\}\}|\]\)|\))(:::(error|warning|note))?| {2}n\d+ (-->|-\.->)\|"[^"\n<>\\`|]*"\| n\d+| {2}classDef \w+ stroke:#\w+,stroke-width:3px|)$/;

describe('graphDot', () => {
  it('draws each resource by its kind, and each link from its document', () => {
    const dot = graphDot(usersResult());
    assert.match(
      dot,
      /^ {2}n0 \[label="API", tooltip="http:\/\/api\.test\/", shape=folder, URL="http:\/\/api\.test\/"\];$/m,
    );
    assert.match(dot, /^ {2}n1 \[label="Users Catalog", .*, color="#b3261e", penwidth=2\];$/m);
    assert.match(dot, /^ {2}n0 -> n1 \[label="users"\];$/m);
    assert.match(dot, /label="first_name", .*shape=ellipse/);
    assert.match(dot, /label="sold_counts", .*shape=hexagon/);
    assert.match(dot, /\[label="elsewhere", style=dashed\];$/m);
  });

  it('is whole, and stays well-formed whatever names are', () => {
    for (const result of [usersResult(), hostileResult(), largeResult(400)]) {
      const lines = graphDot(result).split('\n');
      for (const line of lines) assert.match(line, DOT);
      const { resources, links } = result.survey;
      assert.ok(lines.filter((line) => /^ {2}n\d+ \[/.test(line)).length >= resources.length);
      assert.ok(lines.filter((line) => line.includes(' -> ')).length <= links.length);
    }
  });

  it('makes no link of what is not http', () => {
    assert.doesNotMatch(graphDot(hostileResult()), /URL="(?!http:\/\/api\.test\/)/i);
  });

  it('writes backslashes and entities so that Graphviz shows them', () => {
    const dot = graphDot(hostileResult());
    assert.ok(dot.includes(String.raw`label="back\\slash \\\" \\N \\G"`));
    assert.ok(dot.includes('label="&amp;lt;&amp;#x3c;script&amp;amp;"'));
  });
});

describe('graphMermaid', () => {
  it('draws each resource by its kind, and each link from its document', () => {
    const mermaid = graphMermaid(usersResult());
    assert.match(mermaid, /^flowchart LR\n {2}n0\[\["API"\]\]\n {2}n1\[\["Users Catalog"\]\]:::error\n/);
    assert.match(mermaid, /^ {2}n0 -->\|"users"\| n1$/m);
    assert.match(mermaid, /^ {2}n\d+\{\{"sold#95;counts"\}\}$/m);
    assert.match(mermaid, / -\.->\|"elsewhere"\| n\d+$/m);
  });

  it('is whole, and stays well-formed whatever names are', () => {
    for (const result of [usersResult(), hostileResult(), largeResult(400)]) {
      const lines = graphMermaid(result).split('\n');
      for (const line of lines) assert.match(line, MERMAID);
      assert.ok(lines.filter((line) => /^ {2}n\d+[[{(]/.test(line)).length >= result.survey.resources.length);
    }
  });

  it('shows hostile names as they are', () => {
    const shown = graphMermaid(hostileResult()).replaceAll(/#(\d+);/g, (_, code) =>
      String.fromCodePoint(Number(code)),
    );
    for (const text of HOSTILE.filter((name) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)))
      assert.ok(shown.includes(text), text);
  });
});
