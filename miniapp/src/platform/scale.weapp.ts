import Taro from '@tarojs/taro'

/** The font size that the person set in WeChat, in px; 16 is the ordinary one. */
export const fontSizeSetting = (): number => {
  const info = Taro.canIUse('getAppBaseInfo') ? Taro.getAppBaseInfo() : Taro.getSystemInfoSync()
  return (info as { fontSizeSetting?: number }).fontSizeSetting ?? 16
}
