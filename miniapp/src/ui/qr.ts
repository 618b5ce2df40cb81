/** placeholder */
export const qrImage = (_text: string): string => ''
