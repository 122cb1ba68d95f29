/** What may be unusual about an identifier, and what each word means. */
export const IDENTIFIER_FLAGS = {
  'checksum-failed': 'its check digits do not fit, so nothing has this identifier',
  floating: 'what it stands for may change: a branch, a tag, a range of versions',
  malformed: 'not written as its type must be',
  nil: 'the UUID of nothing: all zeros, or all ones',
  'non-ascii': 'has characters outside printable ASCII, which may look like others',
  wildcard: 'stands for many: `*`',
} as const

export type IdentifierFlag = keyof typeof IDENTIFIER_FLAGS
