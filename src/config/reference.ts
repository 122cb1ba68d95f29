import { jsonSchema, type SchemaNode } from './schema-tree.ts'
import { typeWords } from './type-words.ts'

/** The JSON Schema of `bailiwick.yaml`, as a file for editors. */
export function schemaFile(): string {
  const { $schema, ...rest } = jsonSchema() as SchemaNode & { readonly $schema?: string }
  return `${JSON.stringify({ $schema, title: 'bailiwick.yaml', ...rest }, null, 2)}\n`
}

/** The tables of the reference page: one section per map, one row per key. */
export function referenceTables(): string {
  return sections(jsonSchema(), []).join('\n')
}

/** A map's section, and those of the maps in it. */
function sections(node: SchemaNode, path: readonly string[]): readonly string[] {
  if (node.oneOf !== undefined) return choiceSections(node, path)
  if (node.anyOf !== undefined) return node.anyOf.flatMap((choice) => sections(choice, path))
  if (node.additionalProperties) return sections(node.additionalProperties, [...path, '<name>'])
  if (node.items !== undefined) return sections(node.items, path)
  const entries = Object.entries(node.properties ?? {})
  if (entries.length === 0) return []
  const heading =
    path.length === 0 ? [] : [`## \`${path.join('.')}\``, '', node.description ?? '', '']
  const inner = entries.flatMap(([key, child]) => sections(child, [...path, key]))
  return [...heading, ...table(node, entries), '', ...inner]
}

/** Keys that all choices share stand in one table, the others in one table per choice. */
function choiceSections(node: SchemaNode, path: readonly string[]): readonly string[] {
  const choices = node.oneOf ?? []
  const [first = {}] = choices
  const isShared = ([key]: Entry): boolean =>
    choices.every(
      ({ properties = {} }) =>
        JSON.stringify(properties[key]) === JSON.stringify(first.properties?.[key]),
    )
  const name = path.join('.')
  const tables = choices.flatMap((choice) => {
    const own = Object.entries(choice.properties ?? {}).filter((entry) => !isShared(entry))
    const [key, value] = own.find(([, child]) => child.const !== undefined) ?? []
    return [`### \`${name}\` with \`${key}: ${value?.const}\``, '', ...table(choice, own), '']
  })
  const shared = Object.entries(first.properties ?? {}).filter(isShared)
  const all = new Map(choices.flatMap(({ properties = {} }) => Object.entries(properties)))
  const inner = [...all].flatMap(([key, child]) => sections(child, [...path, key]))
  const common =
    shared.length === 0 ? [] : [`### \`${name}\`, all kinds`, '', ...table(first, shared), '']
  return [`## \`${name}\``, '', node.description ?? '', '', ...tables, ...common, ...inner]
}

type Entry = readonly [string, SchemaNode]

function table(node: SchemaNode, entries: readonly Entry[]): readonly string[] {
  const rows = entries.map(([key, child]) => {
    const cells = [
      `\`${key}\``,
      typeWords(child),
      defaultWords(node, key, child),
      child.description ?? '',
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows]
}

function defaultWords(node: SchemaNode, key: string, child: SchemaNode): string {
  if (child.default !== undefined && !isMap(child)) return `\`${JSON.stringify(child.default)}\``
  return node.required?.includes(key) ? 'required' : ''
}

function isMap(node: SchemaNode): boolean {
  return node.type === 'object' || node.oneOf !== undefined
}
