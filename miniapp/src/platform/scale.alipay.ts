import Taro from '@tarojs/taro'

/** The font size that the person set in Alipay, in px; 16 is the ordinary one. */
export const fontSizeSetting = (): number => Taro.getSystemInfoSync().fontSizeSetting ?? 16
