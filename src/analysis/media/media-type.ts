/** RFC 6838 §4.2: two restricted names. */
const NAME = '[A-Za-z\\d][A-Za-z\\d!#$&^_.+-]{0,126}'
/** RFC 9110 §5.6.6, and §5.6.2 and §5.6.4 for its parts. */
const TOKEN = "[!#$%&'*+.^_`|~A-Za-z\\d-]+"
const QUOTED = '"(?:[^"\\\\\\p{Cc}]|\\t|\\\\[\\t -~])*"'
const MEDIA_TYPE = new RegExp(
  `^[ \\t]*(${NAME}/${NAME})[ \\t]*((?:;[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED})[ \\t]*)*);?[ \\t]*$`,
  'u',
)

/** Top-level types that are registered (RFC 6838 §4.2, and the registry that it founds). */
const TOP_LEVEL =
  /^(?:application|audio|example|font|haptics|image|message|model|multipart|text|video)\//

/** WHATWG MIME Sniffing §4.6: what browsers run. PDF, which may hold scripts, is not among it. */
const SCRIPT =
  /^(?:text|application)\/(?:(?:x-)?(?:java|ecma)script|javascript1\.[0-5]|jscript|livescript|vbscript)$/
const HTML = /^(?:text\/html|application\/xhtml\+xml|application\/hta)$/
const XML = /^(?:text|application)\/xml$|\+xml$/

const EXECUTABLE: ReadonlySet<string> = new Set([
  'application/hta',
  'application/java-archive',
  'application/java-vm',
  'application/vnd.android.dex',
  'application/vnd.android.package-archive',
  'application/vnd.debian.binary-package',
  'application/vnd.microsoft.portable-executable',
  'application/wasm',
  'application/x-bat',
  'application/x-csh',
  'application/x-dosexec',
  'application/x-elf',
  'application/x-executable',
  'application/x-mach-binary',
  'application/x-ms-installer',
  'application/x-ms-shortcut',
  'application/x-msdos-program',
  'application/x-msdownload',
  'application/x-msi',
  'application/x-pie-executable',
  'application/x-powershell',
  'application/x-rpm',
  'application/x-sh',
  'application/x-sharedlib',
  'application/x-shellscript',
  'text/vbscript',
  'text/x-shellscript',
  'text/x-sh',
])

/** A media type without its parameters, in lower case. Undefined for a text that is none. */
export function readMediaType(text: string): string | undefined {
  return text.length > 1_024 ? undefined : MEDIA_TYPE.exec(text)?.[1]?.toLowerCase()
}

export function isRegisteredTree(type: string): boolean {
  return TOP_LEVEL.test(type)
}

/** What a type says of what it names. */
export type MediaFamily = 'html' | 'svg' | 'xml' | 'script' | 'executable' | 'other'

export function familyOf(type: string): MediaFamily {
  if (EXECUTABLE.has(type)) return 'executable'
  if (type === 'image/svg+xml') return 'svg'
  if (HTML.test(type)) return 'html'
  if (XML.test(type)) return 'xml'
  return SCRIPT.test(type) ? 'script' : 'other'
}
