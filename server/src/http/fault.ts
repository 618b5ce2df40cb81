/** Type and place of a fault. The message of a database error repeats values of the row, so only its code is kept. */
export const faultText = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const { code, errno } = error as { code?: string; errno?: number }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return [errno === undefined ? `${error.name}: ${error.message}` : `${error.name} ${code ?? ''} ${errno}`, ...frames].join('\n')
}
