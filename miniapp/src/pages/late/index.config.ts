export default definePageConfig({
  navigationBarTitleText: '缴费前请看',
  navigationBarBackgroundColor: '#fff4e0',
  backgroundColor: '#fff4e0',
})
