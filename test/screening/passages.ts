/** What the messages hold, made for this test: a secret, data about a person, and nothing at all. */
export const PASSAGES = {
  secret: 'AKIAQYLPMN5HFIQR7XYA',
  person: 'DE89370400440532013000',
  plain: 'a green apple',
} as const

export type What = keyof typeof PASSAGES
