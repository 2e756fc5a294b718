/** What `shoji check --help` shows. */
export const CHECK_HELP: string = `Usage: shoji check [options] URL
       shoji check --explain CHECK

Follows the links of a live API from URL, and checks each resource that they lead to. Only reads, unless
--write names a catalog that may be written to.

What is sent:
  --header 'NAME: VALUE'  a header of every request; may be repeated
  --token TOKEN           the header Authorization: Bearer TOKEN (default: the environment's SHOJI_TOKEN);
                          headers go to URL's origin and those of --allow-origin only
  --value NAME=VALUE      a value for a variable of the API's URI templates, JSON or a string;
                          repeated, a list (default: samples of the API's own documents)
  --write CATALOG         create, change and remove an entity in this scratch catalog, to check writing
  --write-body JSON|@FILE the body of that entity

How far it goes:
  --allow-origin ORIGIN   an origin that links may lead to besides URL's own; may be repeated
  --allow-private         whether links may lead to addresses that are not public, besides URL's own
  --depth N               at most so many links from URL (default: no limit)
  --max-documents N       at most so many resources (default: 1000)
  --max-time SECONDS      at most so long (default: 600)
  --timeout SECONDS       at most so long for one answer (default: 10)
  --max-bytes N           at most so many bytes in one answer (default: 16777216)
  --concurrency N         so many requests at once (default: 4)
  --rate N                at most so many requests a second (default: no limit)

What is checked:
  --dialect NAME          draft-02 (default), draft-01, crunch or auto
  --check NAME            this check only; may be repeated (default: all)
  --known FILE            IRIs that the API has, one a line, so that those are told that no link leads to;
                          - is standard input
  --explain CHECK         show what a check asks, and why

What is reported:
  --format FORMAT         text (default), json, junit or html: one page with the link graph
  --graph LANGUAGE        dot or mermaid: the link graph in the place of the report
  --output FILE           write it to a file
  --max-warnings N        exit 1 where there are more warnings than this (default: no limit)
  --color, --no-color     whether text is coloured (default: on a terminal)
  --quiet                 no progress, and no text where nothing failed
  --help                  show this

Ctrl-C ends the walk and reports what is known so far; once more, it ends at once.

Exit code: 0 no errors; 1 errors, or too many warnings; 2 nothing could be fetched, or the command line is
           wrong; 130 ended by Ctrl-C without an error so far.
`;
