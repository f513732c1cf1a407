import type { Theme } from '../ui/theme';

export type Role = 'training' | 'validation' | 'rate' | 'planned' | 'override' | 'run';
export type MarkerKind = 'command' | 'alert' | 'callback' | 'restored' | 'checkpoint' | 'rate' | 'attempt';

export interface Palette {
  page: string;
  ink: string;
  text: string;
  grid: string;
  lines: Record<Exclude<Role, 'run'>, string>;
  /** Of many runs; where there are more, dashes tell them apart. */
  runs: readonly string[];
  markers: Record<MarkerKind, string>;
}

/** After Okabe and Ito's palette, which colour-blind people tell apart; lightened for the dark theme. */
export const PALETTES: Record<Theme, Palette> = {
  light: {
    page: '#ffffff',
    ink: '#17202b',
    text: '#5a6676',
    grid: '#e6eaef',
    lines: {
      training: '#0067a8',
      validation: '#c75000',
      rate: '#00805f',
      planned: '#00805f',
      override: '#a8437f',
    },
    runs: ['#0067a8', '#c75000', '#00805f', '#a8437f', '#8a6500', '#2f86c8', '#4d5866'],
    markers: {
      command: '#a8437f',
      alert: '#c62828',
      callback: '#8a6500',
      restored: '#00805f',
      checkpoint: '#5a6676',
      rate: '#00805f',
      attempt: '#17202b',
    },
  },
  dark: {
    page: '#161d26',
    ink: '#e4eaf1',
    text: '#98a5b6',
    grid: '#27313d',
    lines: {
      training: '#5ab4ea',
      validation: '#f0914a',
      rate: '#3ccaa0',
      planned: '#3ccaa0',
      override: '#e08fbd',
    },
    runs: ['#5ab4ea', '#f0914a', '#3ccaa0', '#e08fbd', '#e3b341', '#9cc9ff', '#b4bfcc'],
    markers: {
      command: '#e08fbd',
      alert: '#ff7b72',
      callback: '#e3b341',
      restored: '#3ccaa0',
      checkpoint: '#98a5b6',
      rate: '#3ccaa0',
      attempt: '#e4eaf1',
    },
  },
};

const PLAIN: number[] = [];
const DASHES = [PLAIN, [7, 3], [2, 3], [9, 3, 2, 3]];

export interface Stroke {
  color: string;
  dash: readonly number[];
}

/** How a line is drawn: by its role, or by its number among many runs. */
export function stroke(palette: Palette, role: Role, run = 0): Stroke {
  switch (role) {
    case 'run':
      return {
        color: palette.runs[run % palette.runs.length] ?? palette.ink,
        dash: DASHES[Math.floor(run / palette.runs.length) % DASHES.length] ?? PLAIN,
      };
    case 'validation':
      return { color: palette.lines.validation, dash: [6, 3] };
    case 'planned':
      return { color: palette.lines.planned, dash: [2, 4] };
    case 'training':
    case 'rate':
    case 'override':
      return { color: palette.lines[role], dash: PLAIN };
  }
}
