/** A browser has no such setting that a page could read; the address may name one, to look at the layouts. */
export const fontSizeSetting = (): number => Number(new URLSearchParams(window.location.search).get('fontSizeSetting')) || 16
