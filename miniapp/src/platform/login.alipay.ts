interface My {
  getAuthCode(options: {
    scopes: string
    success: (answer: { authCode: string }) => void
    fail: (error: { errorMessage?: string }) => void
  }): void
}
declare const my: My

const code = (scopes: string): Promise<string> =>
  new Promise((resolve, reject) =>
    my.getAuthCode({
      scopes,
      success: ({ authCode }) => resolve(authCode),
      fail: ({ errorMessage }) => reject(new Error(errorMessage ?? 'my.getAuthCode failed')),
    }),
  )

/** The single-use code of my.getAuthCode, silently. */
export const hostCode = (): Promise<string> => code('auth_base')
/** A code with which the server may ask for the identity that Alipay certified; the host asks the person first. */
export const sharedCode = (): Promise<string> => code('auth_user')
