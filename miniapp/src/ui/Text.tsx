import type { PropsWithChildren } from 'react'
import { Text, View } from '@tarojs/components'
import { access, names } from './access'

interface Props {
  className?: string
  id?: string
}

/** Text within a line. */
export const T = ({ className, id, children }: PropsWithChildren<Props>) => (
  <Text {...(className !== undefined && { className })} {...(id !== undefined && { id })}>
    {children}
  </Text>
)
/** Text whose sums stay on one line: "3,425.00 元" never breaks before 元. */
export const Sums = ({ children }: { children: string }) => {
  const parts = children.split(/([\d,]+\.\d\d 元)/)
  return (
    <>
      {parts.map((part, at) =>
        part === '' ? null : (
          <T key={at} {...(at % 2 === 1 && { className: 'nb' })}>
            {part}
          </T>
        ),
      )}
    </>
  )
}
/** A paragraph. */
export const P = ({ className, id, children }: PropsWithChildren<Props>) => (
  <View className={names('p', className)} {...(id !== undefined && { id })}>
    {children}
  </View>
)
/** The question or the news of a page. */
export const H1 = ({ className, id, children }: PropsWithChildren<Props>) => (
  <View className={names('h1', className)} {...(id !== undefined && { id })} {...access({ role: 'heading', level: 1 })}>
    {children}
  </View>
)
/** The title of a section. */
export const H2 = ({ className, id, children }: PropsWithChildren<Props>) => (
  <View className={names('h2', className)} {...(id !== undefined && { id })} {...access({ role: 'heading', level: 2 })}>
    {children}
  </View>
)
/** A section with a title and a plain line under it. */
export const Section = ({ title, why, children }: PropsWithChildren<{ title: string; why?: string | undefined }>) => (
  <View className="sect">
    <View className="sect__h">
      <H2>{title}</H2>
      {why !== undefined && <P className="sec">{why}</P>}
    </View>
    {children}
  </View>
)
