export default definePageConfig({ navigationBarTitleText: '选月份' })
