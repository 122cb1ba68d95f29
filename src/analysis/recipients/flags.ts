/** What may be unusual about a recipient, each word with its meaning. */
export const RECIPIENT_FLAGS = {
  ambiguous: 'readers by other common rules see another domain',
  comment: 'a comment stands in or beside the address',
  confusable: 'a label of the domain looks like ASCII and is not (UTS #39)',
  copy: 'named by a `to`, `cc` or `bcc` of a `mailto:` URL',
  defanged: 'written so that it is no address (`[at]`, `[dot]`), which a reader may undo',
  'display-address': 'the display name shows an address of another domain',
  'domain-literal': 'the domain is an IP address',
  'encoded-at': 'the at sign is written as a full-width, percent-encoded or HTML character',
  'encoded-host': 'the domain is written with full-width or invisible characters',
  'encoded-word': 'the display name is encoded (RFC 2047)',
  group: 'it is a member of a group',
  handle: 'no e-mail address: the name of a user or channel of a chat',
  idn: 'the domain is an internationalised name',
  'internal-name': 'the domain is a name that only means something inside of a network',
  invisible: 'invisible characters, or such that turn the direction of writing, stand in it',
  mailto: 'it comes from a `mailto:` URL',
  'mixed-script': 'a label of the domain mixes alphabets that nobody writes together (UTS #39)',
  more: 'the text holds more addresses than are listed; stands on the last one only',
  newline: 'line ends part the addresses, as in the headers of a message',
  'null-sender': 'the empty address `<>`',
  'odd-local': 'the local part has dots that RFC 5322 does not allow',
  quoted: 'the local part is quoted',
  routed: 'whom the host of the address would forward to, by `%`, `!` or a quoted `@`',
  'source-route': 'a host on the way, named by a source route',
  spaced: 'white space stands around the at sign',
  tag: 'the local part has a tag after `+`',
  'trailing-dot': 'the domain ends with a dot',
  'utf8-local': 'the local part is not ASCII (RFC 6531)',
} as const

/** A word of `RECIPIENT_FLAGS`. */
export type RecipientFlag = keyof typeof RECIPIENT_FLAGS
