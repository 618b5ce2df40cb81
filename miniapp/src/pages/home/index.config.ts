export default definePageConfig({ navigationBarTitleText: '锦州社保缴费' })
