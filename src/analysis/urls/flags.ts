/** What may be unusual about a URL, each word with its meaning. */
export const URL_FLAGS = {
  ambiguous: 'readers by other common rules see another host, another address, or none',
  confusable: 'a label of the host looks like ASCII and is not (UTS #39)',
  control: 'tabs, line ends or other control characters stand in it, which readers drop',
  defanged: 'written so that it is no link (`hxxp`, `[.]`), which a reader may undo',
  'encoded-host': 'the host is written with percent signs, full-width or invisible characters',
  'encoded-ip': 'an address in another notation than the usual one: octal, short, embedded, …',
  idn: 'the host is an internationalised name',
  'internal-name': 'the host is a name that only means something inside of a network',
  'ip-literal': 'the host is an address',
  'local-file': 'it names a file of whoever opens it, or of a file server',
  long: 'path and `href` are cut, because they are too long to keep',
  'mixed-script': 'a label of the host mixes alphabets that nobody writes together (UTS #39)',
  more: 'the text holds more URLs than are listed; stands on the last one only',
  'odd-host': 'the host has characters that no host name has',
  'odd-port': 'the port is not the usual one of its scheme',
  opaque: 'it has no host: what it means is known to its scheme alone',
  schemeless: 'it has no scheme; the one given is what most programs would take',
  script: 'opening it runs code, or shows a page of its own making',
  space: 'white space stands in the middle of it',
  'trailing-dot': 'the host ends with a dot',
  userinfo: 'a user name or a password stands before the host',
  wrapped: 'a URL stands inside of the scheme, as in `view-source:` or `jar:`',
  zone: 'the address names a network interface',
} as const

/** A word of `URL_FLAGS`. */
export type UrlFlag = keyof typeof URL_FLAGS
