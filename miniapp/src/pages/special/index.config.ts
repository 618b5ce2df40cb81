export default definePageConfig({ navigationBarTitleText: '特殊缴费' })
