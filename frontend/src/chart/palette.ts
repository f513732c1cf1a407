import type { Theme } from '../ui/theme';

export type Role = 'training' | 'validation' | 'rate';
export type MarkerKind = 'command' | 'alert' | 'callback' | 'restored' | 'checkpoint' | 'rate';

export interface Palette {
  text: string;
  grid: string;
  lines: Record<Role, string>;
  markers: Record<MarkerKind, string>;
}

/** After Okabe and Ito's palette, which colour-blind people tell apart; lightened for the dark theme. */
export const PALETTES: Record<Theme, Palette> = {
  light: {
    text: '#5a6676',
    grid: '#e6eaef',
    lines: { training: '#0067a8', validation: '#c75000', rate: '#00805f' },
    markers: {
      command: '#a8437f',
      alert: '#c62828',
      callback: '#8a6500',
      restored: '#00805f',
      checkpoint: '#5a6676',
      rate: '#00805f',
    },
  },
  dark: {
    text: '#98a5b6',
    grid: '#27313d',
    lines: { training: '#5ab4ea', validation: '#f0914a', rate: '#3ccaa0' },
    markers: {
      command: '#e08fbd',
      alert: '#ff7b72',
      callback: '#e3b341',
      restored: '#3ccaa0',
      checkpoint: '#98a5b6',
      rate: '#3ccaa0',
    },
  },
};
