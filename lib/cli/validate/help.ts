/** What `shoji validate --help` shows. */
export const VALIDATE_HELP: string = `Usage: shoji validate [options] FILE|DIR|URL|-...
       shoji validate --explain RULE

Validates Shoji documents. Of a folder, all files named *.json, *.ndjson and *.jsonl in it and below are
read, in the order of their names. A URL is fetched by GET. - is standard input.

Options:
  --dialect NAME      draft-02 (default), draft-01, crunch, or auto, which picks one and says why
  --role ROLE         response: what a server sends, which must have "self" (default)
                      request: what a client sends, which need not
  --value             the documents are known to be Value documents, which may hold anything
  --ndjson            each line of each source is a document; empty lines are skipped
                      (always so of files named *.ndjson and *.jsonl)
  --format FORMAT     text (default), json, sarif or junit
  --max-warnings N    exit with 1 where there are more warnings than N
  --quiet             in text, say nothing of documents without findings
  --color, --no-color whether text is coloured (default: on a terminal, unless NO_COLOR is set)
  --explain RULE      show what a rule asks for and why, with a bad and a good example
  --help              show this

Exit code: 0 all documents are valid; 1 at least one is not, or there are too many warnings;
           2 a source could not be read, or the command line is wrong.
`;
