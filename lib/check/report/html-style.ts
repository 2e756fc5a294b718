export const LIGHT: Palette = {
  page: '#f5f6f8',
  card: '#ffffff',
  text: '#1b1f24',
  faint: '#57606a',
  rule: '#d5dae1',
  edge: '#818b98',
  anchor: '#0b57b0',
  error: '#b3261e',
  warning: '#8a5a00',
  note: '#1f5fa8',
  fine: '#17703a',
  onLevel: '#ffffff',
  catalog: '#6741d9',
  entity: '#0b7285',
  view: '#a61e4d',
  order: '#4d6b00',
  value: '#b1510a',
  unknown: '#6b7280',
};

export const DARK: Palette = {
  page: '#0e1217',
  card: '#181e26',
  text: '#e6eaef',
  faint: '#9da8b5',
  rule: '#323b47',
  edge: '#6f7b89',
  anchor: '#85b9ff',
  error: '#ff8a80',
  warning: '#f2b84b',
  note: '#85b9ff',
  fine: '#5dd17c',
  onLevel: '#0e1217',
  catalog: '#b9a3ff',
  entity: '#4dd0e1',
  view: '#f783ac',
  order: '#c0d04d',
  value: '#ffa94d',
  unknown: '#9da8b5',
};

/** The page's style sheet; it holds nothing that XML would have escaped. */
export const PAGE_STYLE: string = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
main,header,footer{max-width:90rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1,h2,h3,p,dl,ol,ul{margin:0;padding:0}
h1{font-size:1.5rem;line-height:1.3;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.25rem 0 .75rem}
h3{font-size:1rem;overflow-wrap:anywhere}
a{color:var(--anchor);text-underline-offset:.15em;text-decoration-thickness:1px}
a:focus-visible,.graph:focus-visible,summary:focus-visible{outline:2px solid var(--anchor);outline-offset:2px;border-radius:4px}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.faint,.eyebrow{color:var(--faint)}
.eyebrow{font-size:.85rem;letter-spacing:.02em}
.verdict{display:inline-block;margin-top:.75rem;padding:.3rem .9rem;border-radius:2rem;font-weight:600;background:var(--fine);color:var(--onLevel)}
.verdict.error{background:var(--error)}
.verdict.warning{background:var(--warning)}
.verdict.note{background:var(--note)}
.unfinished{margin-top:.75rem;padding:.5rem .9rem;border-left:4px solid var(--warning);background:var(--card)}
.figures{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
.figures div{flex:1 0 7rem;padding:.6rem .9rem;border:1px solid var(--rule);border-radius:10px;background:var(--card)}
.figures dt{font-size:.8rem;color:var(--faint)}
.figures dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;margin-top:1.25rem;list-style:none}
.graph{overflow:auto;max-height:80vh;border:1px solid var(--rule);border-radius:12px;background:var(--card)}
.graph svg{display:block}
.graph text{font-family:inherit;fill:var(--text)}
.graph .title{font-size:13px;font-weight:600}
.graph .facts,.graph .label{font-size:11px;fill:var(--faint)}
.graph .label{stroke:var(--card);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.edge,.curve path{fill:none;stroke:var(--edge);stroke-width:1.5}
.edge.unfollowed{stroke-dasharray:2 4}
.curve path{stroke-dasharray:6 4;stroke-width:1;opacity:.75}
.curve:hover path{stroke:var(--anchor);stroke-width:2.5;opacity:1}
.arrow{fill:var(--edge)}
.card{text-decoration:none}
.card .face,.card .behind{fill:var(--card);stroke:var(--rule);stroke-width:1.25}
.card.folded .face{stroke-dasharray:4 3}
.card:hover .face,.card:focus-visible .face,.card:target .face{stroke:var(--anchor);stroke-width:2.5}
.card.error .face{stroke:var(--error);stroke-width:2}
.card.warning .face{stroke:var(--warning);stroke-width:2}
.card.note .face{stroke:var(--note);stroke-width:2}
.card .count{font-size:11px;font-weight:700;fill:var(--onLevel)}
.card.error .marker{fill:var(--error)}
.card.warning .marker{fill:var(--warning)}
.card.note .marker{fill:var(--note)}
.icon.catalog{fill:var(--catalog)}
.icon.entity{fill:var(--entity)}
.icon.view{fill:var(--view)}
.icon.order{fill:var(--order)}
.icon.value{fill:var(--value)}
.icon.unknown{fill:none;stroke:var(--unknown);stroke-width:2;stroke-dasharray:3 2.5}
.symbol{vertical-align:-.2em;margin-right:.35rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.6rem 0 0;list-style:none;font-size:.85rem;color:var(--faint)}
article{margin-top:1rem;padding:1rem 1.25rem;border:1px solid var(--rule);border-left-width:5px;border-radius:10px;background:var(--card)}
article.error{border-left-color:var(--error)}
article.warning{border-left-color:var(--warning)}
article.note{border-left-color:var(--note)}
article:target,tr:target td{box-shadow:0 0 0 2px var(--anchor)}
article .facts{font-size:.85rem;color:var(--faint);overflow-wrap:anywhere}
.findings{list-style:none;margin-top:.5rem}
.findings li{padding:.6rem 0;border-top:1px solid var(--rule);overflow-wrap:anywhere}
.findings .about{font-size:.85rem;color:var(--faint)}
.level{display:inline-block;min-width:4.6rem;margin-right:.5rem;padding:0 .5rem;border-radius:1rem;font-size:.8rem;font-weight:600;text-align:center;color:var(--onLevel)}
.level.error{background:var(--error)}
.level.warning{background:var(--warning)}
.level.note{background:var(--note)}
summary{cursor:pointer;font-size:.85rem;color:var(--faint)}
details ul{margin:.25rem 0 0 1.25rem;font-size:.85rem}
.table{overflow-x:auto;border:1px solid var(--rule);border-radius:10px;background:var(--card)}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{padding:.4rem .8rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{font-size:.8rem;color:var(--faint);white-space:nowrap}
tbody tr{border-top:1px solid var(--rule)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
td .none{color:var(--faint)}
footer{padding-top:2rem;padding-bottom:3rem;font-size:.85rem;color:var(--faint)}
@media (max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}}
@media print{:root{${variables(LIGHT)}}body{background:#fff;font-size:10pt}nav{display:none}.graph{max-height:none;overflow:visible;border:0}.graph svg{max-width:100%;height:auto}article{break-inside:avoid-page}a{color:inherit}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

/** The colours of a page, by what they are for. */
interface Palette {
  readonly page: string;
  readonly card: string;
  readonly text: string;
  readonly faint: string;
  readonly rule: string;
  readonly edge: string;
  readonly anchor: string;
  readonly error: string;
  readonly warning: string;
  readonly note: string;
  readonly fine: string;
  /** Text on the four above. */
  readonly onLevel: string;
  readonly catalog: string;
  readonly entity: string;
  readonly view: string;
  readonly order: string;
  readonly value: string;
  readonly unknown: string;
}
