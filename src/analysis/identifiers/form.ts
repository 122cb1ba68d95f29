import type { IdentifierFlag } from './flags.ts'

/** What a text is, read as one type of identifier. */
export interface Identified {
  readonly type: string
  /** In canonical form. */
  readonly value: string
  readonly flags?: readonly IdentifierFlag[]
}

/** One type of identifier. */
export interface Form {
  /** Names of arguments that hold it. There, a text that only looks like it is taken for it too. */
  readonly names: RegExp
  /**
   * What a whole text is, if it certainly is of this type; several where one names another. With
   * `named`, the argument's name says that it is.
   */
  read(text: string, named: boolean): readonly Identified[]
  /** Parts of a longer text that may be of this type; each is then read. */
  readonly inText?: RegExp
  /** What every such part holds: a text without it need not be searched. */
  readonly sign?: RegExp
}
