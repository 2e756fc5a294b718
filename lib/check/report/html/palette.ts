/** The colours of a page, by what they are for. */
export interface Palette {
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
  /** What is written on the four above. */
  readonly onLevel: string;
  readonly catalog: string;
  readonly entity: string;
  readonly view: string;
  readonly order: string;
  readonly value: string;
  readonly unknown: string;
}

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
