/** A value that a template or a call gave, as text; nothing where it is no plain value. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
