import type { SchemaNode } from './schema-tree.ts'

/** What may stand at a place of the configuration, in words. */
export function typeWords(node: SchemaNode): string {
  if (node.title !== undefined) return node.title
  if (node.const !== undefined) return `\`${node.const}\``
  if (node.enum !== undefined) return `one of ${node.enum.map((word) => `\`${word}\``).join(', ')}`
  if (node.oneOf !== undefined) return 'map'
  switch (node.type) {
    case 'integer':
      return `whole number, ${node.minimum ?? 0} to ${node.maximum ?? Number.MAX_SAFE_INTEGER}`
    case 'boolean':
      return '`true` or `false`'
    case 'array':
      return node.items === undefined ? 'list' : `list; each ${typeWords(node.items)}`
    case 'object':
      return node.additionalProperties
        ? `map of names; each ${typeWords(node.additionalProperties)}`
        : 'map'
    default:
      return 'text'
  }
}
