import type { Delivery } from './deliver.ts'

/** A recipient, as it stands in a list. */
export interface ListedRecipient extends Delivery {
  readonly display?: string
}

/** The recipients, or public words on why they cannot be told. */
export type ListResult =
  | { readonly recipients: readonly ListedRecipient[] }
  | { readonly unparsable: string }

/** Adds flags to a recipient. */
export function flagged(one: ListedRecipient, flags: readonly string[]): ListedRecipient {
  return flags.length === 0 ? one : { ...one, flags: [...new Set([...one.flags, ...flags])].sort() }
}
