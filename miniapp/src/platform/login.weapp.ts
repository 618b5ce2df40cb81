import Taro from '@tarojs/taro'

/** The single-use code of wx.login. */
export const hostCode = async (): Promise<string> => (await Taro.login()).code
/** WeChat has no identity to share. */
export const sharedCode = (): Promise<string> => hostCode()
