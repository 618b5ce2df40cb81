import { access } from '../ui/access'

/** The host's input carries its own attributes: nothing is left to tell. */
export const describeInput = (_id: string, _label: string, _describedBy: string | undefined): void => undefined
export const inputAccess = (label: string, describedBy: string | undefined): Record<string, string> => access({ label, describedBy })
