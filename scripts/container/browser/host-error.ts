/** What a host tells the `fail` of a call. `code` is WeChat's errno or Alipay's error. */
export class HostError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly more: Record<string, unknown> = {},
  ) {
    super(message)
  }
}
