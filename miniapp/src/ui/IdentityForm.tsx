import { useRef, useState } from 'react'
import { View } from '@tarojs/components'
import { documentTypes, type DocumentType } from '@shebao/shared/identity'
import { documentNames } from '@shebao/shared/texts'
import { words } from '@shebao/shared/words'
import { reading } from '../elder'
import { readForm, type Faults, type Typed } from '../identity'
import { ids } from '../ids'
import { Button } from './Button'
import { RadioCard, RadioGroup } from './Choices'
import { ChoiceField, Field, IdGroups, NumberField, typed as afterKey, type Key } from './Field'
import { Sheet } from './Sheet'
import { Notice } from './Status'
import { P, T } from './Text'

const codes = Object.keys(documentTypes) as DocumentType[]

/** A person being typed in: the form's values live in a ref, so that inputs are never written back while somebody types. */
export const useIdentityForm = (initial: Typed) => {
  const form = useRef<Typed>(initial)
  const { elder } = reading.use()
  const [documentType, setType] = useState(initial.documentType)
  const [number, setNumber] = useState(initial.number)
  const [start, setStart] = useState(initial.number)
  const [keypad, setKeypad] = useState(elder && initial.documentType === 'id_card')
  const [faults, setFaults] = useState<Faults>({})
  const [choosing, setChoosing] = useState(false)
  return {
    form,
    documentType,
    number,
    faults,
    choosing,
    keypad: keypad && documentType === 'id_card',
    setChoosing,
    /** What the phone's keyboard goes on from after the keypad. */
    start,
    toggleKeypad: () => {
      setStart(form.current.number)
      setKeypad((on) => !on)
    },
    setType: (type: DocumentType) => {
      form.current.documentType = type
      setType(type)
      setFaults({})
      setChoosing(false)
    },
    typeName: (value: string) => {
      form.current.name = value
    },
    typeNumber: (value: string) => {
      form.current.number = value
      setNumber(value)
    },
    press: (key: Key) => {
      form.current.number = afterKey(form.current.number, key)
      setNumber(form.current.number)
    },
    /** Checks it all; the identity when it may go on. A warning stops the first time and not once it was gone past. */
    read: (anyway: boolean) => {
      const result = readForm(form.current)
      setFaults(result.faults)
      return 'identity' in result && (anyway || result.faults.warning === undefined) ? result.identity : undefined
    },
  }
}
type Form = ReturnType<typeof useIdentityForm>

/** Type, name and number of a person. The number's groups are echoed below it; what was typed stays as typed. */
export const IdentityForm = ({
  form,
  names,
  typeOnly = false,
  onAnyway,
}: {
  form: Form
  /** The host tells the rest. */
  typeOnly?: boolean
  names: { type: string; name: string; number: string; keypad: string; anyway: string }
  onAnyway: () => void
}) => {
  const { documentType, number, faults, keypad } = form
  const error = faults.number ?? faults.warning
  const [initialName] = useState(form.form.current.name)
  return (
    <View className="stack stack--4">
      {(faults.name !== undefined || error !== undefined) && <Notice tone="err" title={words.realName.summary} />}
      <ChoiceField id={names.type} label={words.realName.type} value={documentNames[documentType]} onTap={() => form.setChoosing(true)} />
      {!typeOnly && <Field id={names.name} label={words.realName.name} initial={initialName} error={faults.name} onType={form.typeName} />}
      {typeOnly ? null : keypad ? (
        <NumberField id={names.number} label={words.realName.number} value={number} error={error} />
      ) : (
        <Field
          id={names.number}
          label={words.realName.number}
          initial={form.start}
          kind={documentType === 'id_card' ? 'idcard' : 'text'}
          maxLength={40}
          error={error}
          onType={form.typeNumber}
        />
      )}
      {!keypad && documentType === 'id_card' && number !== '' && (
        <View className="sec">
          <IdGroups value={number} />
        </View>
      )}
      {faults.warning !== undefined && faults.number === undefined && (
        <Button id={names.anyway} kind="second" shape="small" onTap={onAnyway}>
          {words.warn.goOn}
        </Button>
      )}
      {documentType === 'id_card' && (
        <Button id={names.keypad} kind="quiet" shape="inline" onTap={form.toggleKeypad}>
          {keypad ? words.realName.keyboard : words.realName.keypad}
        </Button>
      )}
    </View>
  )
}

/** The choice of a document type, over the page. */
export const TypeSheet = ({ form }: { form: Form }) =>
  form.choosing ? (
    <Sheet id={ids.types} title={words.realName.pickType} close={words.realName.done} onClose={() => form.setChoosing(false)}>
      <RadioGroup label={words.realName.type}>
        {codes.map((code, at) => (
          <RadioCard
            key={code}
            id={`type-${code}`}
            label={documentNames[code]}
            on={form.documentType === code}
            first={at === 0}
            onTap={() => form.setType(code)}
          >
            <T>{documentNames[code]}</T>
          </RadioCard>
        ))}
      </RadioGroup>
    </Sheet>
  ) : null

/** What the form says about documents other than the resident's card. */
export const OtherDocuments = () => <P className="sec">{words.realName.other}</P>
