export default definePageConfig({ navigationBarTitleText: '没付完的订单' })
