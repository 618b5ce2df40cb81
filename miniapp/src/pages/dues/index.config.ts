export default definePageConfig({ navigationBarTitleText: '要缴的费' })
