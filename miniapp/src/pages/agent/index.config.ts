export default definePageConfig({ navigationBarTitleText: '我是经办人' })
