import type { PathFact } from '../../kernel/facts.ts'
import type { PathFlag } from './flags.ts'
import { windowsPlace } from './lexical.ts'

/** Reserved names of Windows, with any extension ("Naming Files, Paths, and Namespaces"). */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])[ ]*(?:[.:]|$)/i
/** 8.3 names ([MS-FSCC] 2.1.5.2.1). */
const SHORT_NAME = /^[^.~]{1,6}~\d{1,6}(?:\.[^.]{1,3})?$/
/** Links of /proc that lead somewhere else for each process (proc(5)), and what stands for them in /dev. */
const MAGIC =
  /^\/+(?:proc\/+(?:self|thread-self|mounts|net|\d+\/+(?:task\/+\d+\/+)?(?:root|cwd|exe|fd|map_files))|dev\/+(?:fd|std(?:in|out|err)))(?:\/|$)/
const DEVICE = /^\/+dev(?:\/|$)/

/** What is unusual about the names in one reading of a path. */
export function* nameFlags(
  text: string,
  style: PathFact['style'],
  lexical: string,
): Generator<PathFlag> {
  const names = text.split(style === 'windows' ? /[\\/]/ : '/')
  if (names.includes('..')) yield 'traversal'
  if (names.some(endsOddly)) yield 'trailing'
  if (style === 'posix') {
    if (MAGIC.test(lexical)) yield 'magic'
    if (DEVICE.test(lexical)) yield 'device'
    return
  }
  const place = windowsPlace(text)
  if (place !== 'relative') yield place
  if (names.some((name) => WINDOWS_DEVICE.test(name))) yield 'device'
  if (names.some((name) => name.indexOf(':') > 1)) yield 'stream'
  if (names.some((name) => SHORT_NAME.test(name))) yield 'short-name'
}

function endsOddly(name: string): boolean {
  return /[. ]$/.test(name) && name !== '.' && name !== '..'
}
