export default definePageConfig({ navigationBarTitleText: '查不到怎么办' })
