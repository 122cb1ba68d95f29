/** What may be unusual about media. */
export const MEDIA_FLAGS = {
  active:
    'runs in whatever shows it: HTML, SVG, JavaScript, XML that holds a script. By type or by content',
  'data-uri': 'embedded in a `data:` URL',
  'encoded-text': 'text in Base64: nobody reads it in passing',
  executable: 'a program, by type or by content',
  malformed:
    'not well formed; some readers make something of it. Found ones only: declared ones are unparsable',
  mismatch: 'the content is of another kind than the type says',
} as const

export type MediaFlag = keyof typeof MEDIA_FLAGS
