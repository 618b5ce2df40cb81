import { choosing } from './words-choosing.ts'
import { paying } from './words-paying.ts'

export * from './written.ts'

/** The sentences of the pages, by page, that are neither a refusal nor a name: those are in texts.ts. */
export const words = { ...choosing, ...paying } as const

/** Whether a sentence tells by itself what became of the money. */
export const saysMoney = (sentence: string): boolean => /扣款|付款结果|退回/.test(sentence)
