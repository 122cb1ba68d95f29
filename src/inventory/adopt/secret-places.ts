import type { ConfiguredServer } from '../../kernel/inventory.ts'
import { locateCredentials } from '../facts/credentials/locate.ts'
import type { SecretSense } from './plan-words.ts'

/** Where rules find secrets in an entry: `command`, `args`, `url`, and `env NAME`, `headers NAME`. */
export function foundPlaces(server: ConfiguredServer, sense: SecretSense): ReadonlySet<string> {
  return new Set(
    locateCredentials(server, sense.find).map(({ part: [place, name] }) =>
      place === 'env' || place === 'headers' ? `${place} ${name}` : String(place),
    ),
  )
}

/** Whether one of the arguments is a secret: other users of the machine can read them. */
export function hasSecretArgument(args: readonly string[], sense: SecretSense): boolean {
  return args.some((argument, index) => isSecretArgument(args[index - 1], argument, sense))
}

/** Whether an argument is a secret, after the one before it. */
export function isSecretArgument(
  before: string | undefined,
  argument: string,
  sense: SecretSense,
): boolean {
  const equals = argument.indexOf('=')
  const assigned = equals > 0 && equals < argument.length - 1
  if (assigned && sense.name(optionName(argument.slice(0, equals)))) return true
  const follows = before?.startsWith('-') === true && !before.includes('=')
  if (follows && !argument.startsWith('-') && sense.name(optionName(before))) return true
  return (
    sense.shape(argument) || isSecretHeader(argument, sense) || isSecretAddress(argument, sense)
  )
}

/** An argument such as `Authorization: Bearer …`. */
function isSecretHeader(argument: string, sense: SecretSense): boolean {
  const colon = argument.indexOf(':')
  if (colon <= 0 || argument.startsWith('//', colon + 1)) return false
  const value = argument.slice(colon + 1).trim()
  return value !== '' && sense.name(argument.slice(0, colon))
}

function optionName(option: string): string {
  let start = 0
  while (option.charAt(start) === '-') start += 1
  return option.slice(start, start + 256)
}

/** Whether an address holds a password, or a parameter that is a secret. */
export function isSecretAddress(text: string, sense: SecretSense): boolean {
  const url = URL.parse(text)
  if (url === null || url.host === '') return sense.shape(text)
  if (url.username !== '' || url.password !== '' || sense.shape(text)) return true
  return [...url.searchParams].some(([name, value]) => value !== '' && sense.name(name))
}

/** `GOOGLE_APPLICATION_CREDENTIALS` and its kind name a file. */
function isPathOfCredentials(name: string, value: string): boolean {
  return /credentials$/i.test(name) && /^(~?\/|[A-Za-z]:\\)/.test(value)
}

/** Whether the value of a variable or header is a secret. */
export function isSecretValue(name: string, value: string, sense: SecretSense): boolean {
  if (value === '') return false
  if (sense.shape(value)) return true
  return sense.name(name) ? !isPathOfCredentials(name, value) : isSecretAddress(value, sense)
}
