export default definePageConfig({ navigationBarTitleText: '选档' })
