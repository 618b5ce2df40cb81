import type { PropsWithChildren } from 'react'
import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { access } from './access'
import { Button } from './Button'

/** A reason or a short choice over the page; never an error, never a payment. Closed by its button or by a tap outside. */
export const Sheet = ({
  id,
  title,
  close = words.dues.ok,
  onClose,
  children,
}: PropsWithChildren<{ id: string; title: string; close?: string; onClose: () => void }>) => (
  <View className="scrim" id={id} catchMove {...access({ role: 'dialog', modal: true, label: title })}>
    <View className="scrim__rest" onClick={onClose} {...access({ hidden: true })} />
    <View className="sheet">
      <View className="h2">{title}</View>
      {children}
      <Button id={`${id}-close`} kind="second" onTap={onClose}>
        {close}
      </Button>
    </View>
  </View>
)
