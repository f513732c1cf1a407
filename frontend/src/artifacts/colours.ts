/** After Okabe and Ito, which colour-blind people tell apart; then again, dashed or as other shapes. */
const COLOURS = 7;

/** The class name of the colour of the nth of several. */
export function colourClass(index: number): string {
  return `series-${index % COLOURS}`;
}

export function isSecondRound(index: number): boolean {
  return Math.floor(index / COLOURS) % 2 === 1;
}
