import type { SettingView } from '../../../admin/settings/ports.ts'
import type { Config, Loaded } from '../../../config/config.ts'
import { formatText } from '../../../config/secret.ts'
import type { ConfigText } from '../../../kernel/secret-reference.ts'

const HIDDEN = 'set, and not shown'

/** Every value of a configuration by its path; a secret is named by where it is kept, or not shown. */
export function showConfig(config: Config, loaded: Loaded | undefined): readonly SettingView[] {
  return leaves(config, []).map(({ path, value }) => {
    const dotted = path.map(quoted).join('.')
    const origin = loaded && originOf(loaded, path, dotted)
    return { path: dotted, value, ...(origin === undefined ? {} : { origin }) }
  })
}

interface Leaf {
  readonly path: readonly string[]
  readonly value: string
}

function leaves(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (isText(value)) return [{ path, value: JSON.stringify(textOf(value)) }]
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!plain) return value === undefined ? [] : [{ path, value: JSON.stringify(shown(value)) }]
  const members = Object.entries(value as object)
  if (members.length === 0) return [{ path, value: '{}' }]
  return members.flatMap(([name, inner]) => leaves(inner, [...path, name]))
}

function isText(value: unknown): value is ConfigText {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return value.kind === 'secret'
    ? 'provider' in value
    : value.kind === 'literal' && 'value' in value
}

/** What stands in the file itself may be a secret all the same. */
function textOf(text: ConfigText): string {
  return text.kind === 'secret' ? formatText(text) : HIDDEN
}

function shown(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.map((one: unknown) => {
    if (isText(one)) return textOf(one)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(
      leaves(one, []).map(({ path, value: text }) => [path.join('.'), JSON.parse(text)]),
    )
  })
}

function quoted(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name)
}

/** Where a value was written. What stands in no file is a default. */
function originOf({ source, path: file }: Loaded, path: readonly string[], dotted: string): string {
  if (Object.hasOwn(source.overrides, dotted)) return source.overrides[dotted] ?? 'default'
  const written = path.reduce<unknown>(
    (inner, name) => (inner as Readonly<Record<string, unknown>> | undefined | null)?.[name],
    source.value,
  )
  if (written === undefined || file === undefined) return 'default'
  return `${file}:${source.keyAt(path).line}`
}
