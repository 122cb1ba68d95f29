/** What may be unusual about media. */
export const MEDIA_FLAGS = {
  /** Runs in whatever shows it: HTML, SVG, JavaScript, XML that holds a script. By type or by content. */
  active: 'active',
  /** Embedded in a `data:` URL. */
  'data-uri': 'data-uri',
  /** Text in Base64: nobody reads it in passing. */
  'encoded-text': 'encoded-text',
  /** A program, by type or by content. */
  executable: 'executable',
  /** Not well formed; some readers make something of it. Found ones only: declared ones are unparsable. */
  malformed: 'malformed',
  /** The content is of another kind than the type says. */
  mismatch: 'mismatch',
} as const

export type MediaFlag = keyof typeof MEDIA_FLAGS
