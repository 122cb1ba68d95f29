/** A piece of an answer that one field holds. */
export interface Field {
  /** JSON Pointer into the message; steps into a text that is structured itself follow it. */
  readonly at: string
  /** The nearest member name, as written; empty where there is none. Items of a list have that of the list. */
  readonly name: string
  readonly text: string
  /**
   * `value`: the structure itself shows that the text is one short value (an id, a name, an address, a
   * number); `text`: it may hold sentences, or nothing shows where a value begins and ends.
   */
  readonly form: 'value' | 'text'
}
