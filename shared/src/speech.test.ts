import { capitalAmount, speakAmount, speakId } from './speech.ts'

test.each([
  [0, '零元整', '零元整'],
  [5, '五分', '伍分'],
  [50, '五角整', '伍角整'],
  [1_000, '十元整', '壹拾元整'],
  [1_205, '十二元零五分', '壹拾贰元零伍分'],
  [11_420, '一百一十四元二角整', '壹佰壹拾肆元贰角整'],
  [32_000, '三百二十元整', '叁佰贰拾元整'],
  [100_500, '一千零五元整', '壹仟零伍元整'],
  [342_500, '三千四百二十五元整', '叁仟肆佰贰拾伍元整'],
  [4_110_480, '四万一千一百零四元八角整', '肆万壹仟壹佰零肆元捌角整'],
  [10_005_000, '十万零五十元整', '壹拾万零伍拾元整'],
  [10_100_000, '十万零一千元整', '壹拾万零壹仟元整'],
  [100_000_000_00, '一亿元整', '壹亿元整'],
])('%i fen is said %s and written %s', (fen, said, written) => {
  expect(speakAmount(fen)).toBe(said)
  expect(capitalAmount(fen)).toBe(written)
})

test('a masked number is said digit by digit', () => {
  expect(speakId('901X')).toBe('尾号 9 0 1 X')
})
