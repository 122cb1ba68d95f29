import { constant } from './constant.ts'
import type { Gather } from './gather.ts'
import { NO_NAMES, type Scope, withNames } from './scope.ts'
import { tellInner, tellStatement } from './statements-mysql.ts'
import { isNode, list, member, type Reading, type Tree, type TreeNode } from './trees.ts'

/** Gathers the facts of statements that were read by MySQL's grammar. */
export function walkMysql(reading: Reading, gather: Gather): void {
  for (const statement of reading) {
    tellStatement(statement, gather)
    walk(statement, NO_NAMES, gather)
    gather.limits.push(limitOf(member(statement, 'Query')))
  }
}

/** Names that are neither tables, columns nor functions stand under these. */
const NO_TABLE = new Set([
  'variable',
  'Custom',
  'collation',
  'grantees',
  'index_name',
  'index_hints',
  'Execute',
  'Use',
  'Reset',
])
/** Names of columns stand under these. */
const COLUMNS = new Set(['ColumnName', 'Using', 'columns', 'column_names', 'Tuple'])

/** Looks at everything below a tree. What has a meaning of its own is told, and walked all the same. */
function walk(tree: Tree, scope: Scope, gather: Gather): void {
  if (Array.isArray(tree)) {
    for (const each of tree) walk(each, scope, gather)
    return
  }
  if (isNode(tree)) node(tree, scope, gather)
}

function node(tree: TreeNode, scope: Scope, gather: Gather): void {
  const inner = names(tree, scope, gather)
  for (const tell of SHAPES) tell(tree, inner, gather)
  for (const [key, child] of Object.entries(tree)) {
    if (key === 'with' || NO_TABLE.has(key)) continue
    tellInner(key, child, gather)
    KEYS[key]?.(child, gather)
    if (!told(tree, key, child, inner, gather)) walk(child, inner, gather)
  }
}

/** Tells names under the key; whether that is all there is to the child. */
function told(tree: TreeNode, key: string, child: Tree, scope: Scope, gather: Gather): boolean {
  if (isName(child)) {
    name(tree, key, words(child), scope, gather)
    return true
  }
  const all = list(child)
  if (all.length === 0 || !all.every(isName)) return false
  // Tables that DELETE takes rows from are named again where it looks for them.
  if (key === 'tables' && 'from' in tree) return true
  // What else can be dropped is no table.
  if (key === 'names' && !isDropOfTables(tree)) return true
  for (const each of all) name({}, key, words(each), scope, gather)
  return true
}

function name(
  tree: TreeNode,
  key: string,
  parts: readonly string[],
  scope: Scope,
  gather: Gather,
): void {
  if (isFunction(tree) && key === 'name') gather.call(parts.map(lower))
  else if (COLUMNS.has(key)) gather.column(parts.map(lower))
  else if (key !== 'ObjectName') table(tree, parts, scope, gather)
}

function isDropOfTables(tree: TreeNode): boolean {
  return (
    !('object_type' in tree) ||
    /^(?:Table|View|MaterializedView)$/.test(String(tree['object_type']))
  )
}

function isFunction(tree: TreeNode): boolean {
  return 'parameters' in tree && 'args' in tree
}

function table(tree: TreeNode, parts: readonly string[], scope: Scope, gather: Gather): void {
  const first = parts[0] ?? ''
  if (parts.length === 1 && (scope.has(first) || first === 'dual')) return
  if (first.startsWith('@')) return
  if (isNode(tree['args'])) {
    gather.call(parts.map(lower))
    return
  }
  const alias = member(member(tree['alias'], 'name'), 'value')
  gather.table(parts, typeof alias === 'string' ? alias : undefined)
  // Columns that are renamed by their place could be any.
  if (list(member(tree['alias'], 'columns')).length > 0) gather.column([...parts, '*'])
}

function names(tree: TreeNode, scope: Scope, gather: Gather): Scope {
  const clause = tree['with']
  if (!isNode(clause)) return scope
  const named = list(clause['cte_tables']).map((each) => ({
    name: String(member(member(member(each, 'alias'), 'name'), 'value')),
    walk: (seen: Scope) => walk(member(each, 'query'), seen, gather),
  }))
  return withNames(scope, clause['recursive'] === true, named)
}

type Shape = (tree: TreeNode, scope: Scope, gather: Gather) => void

/** What nodes say by their members. */
const SHAPES: readonly Shape[] = [
  (tree, _scope, gather) => {
    if (list(tree['locks']).length > 0) gather.flag('locking')
    if ('into' in tree && isNode(tree['into'])) gather.statement('select-into', 'write')
    if (tree['analyze'] === true) gather.flag('analyze')
  },
  (tree, _scope, gather) => {
    if (!('replace_into' in tree) || list(tree['columns']).length > 0) return
    const into = member(tree['table'], 'TableName')
    if (list(tree['assignments']).length === 0 && isName(into)) gather.changes(words(into))
  },
  (tree, _scope, gather) => {
    const or = tree['op'] === 'Or' ? [tree['left'], tree['right']] : []
    for (const each of [tree['selection'], ...or])
      if (isNode(each) && constant(each, VARIES)) gather.flag('tautology')
  },
]

/** What is said by the key that a node stands under. */
const KEYS: Readonly<Record<string, (child: Tree, gather: Gather) => void>> = {
  Identifier: (child, gather) => {
    const column = member(child, 'value')
    if (typeof column === 'string' && !column.startsWith('@')) gather.column([lower(column)])
  },
  CompoundIdentifier: (child, gather) => {
    const parts = list(child).map((part) => String(member(part, 'value')))
    if (parts[0]?.startsWith('@') === true) return
    gather.column([...parts.slice(0, -1), lower(parts.at(-1) ?? '')])
  },
  Wildcard: (child, gather) => {
    if (isNode(child)) gather.column(['*'])
  },
  QualifiedWildcard: (child, gather) => {
    const of = member(list(child)[0], 'ObjectName')
    gather.column(isName(of) ? [...words(of), '*'] : ['*'])
  },
  Join: (child, gather) => joined(child, gather),
  Inner: (child, gather) => joined(child, gather),
  Left: (child, gather) => joined(child, gather),
  LeftOuter: (child, gather) => joined(child, gather),
  Right: (child, gather) => joined(child, gather),
  RightOuter: (child, gather) => joined(child, gather),
  FullOuter: (child, gather) => joined(child, gather),
  Placeholder: (_child, gather) => gather.flag('parameter'),
}

/** Columns that are compared without being named. */
function joined(constraint: Tree, gather: Gather): void {
  if (constraint === 'Natural') gather.column(['*'])
}

/** Whether the tree is the name of an object: parts, each an identifier. */
function isName(tree: Tree): boolean {
  const parts = list(tree)
  return parts.length > 0 && parts.every((part) => isNode(member(part, 'Identifier')))
}

function words(name: Tree): readonly string[] {
  return list(name).map((part) => String(member(member(part, 'Identifier'), 'value')))
}

/** Columns and functions have no case in MySQL; whether tables have is up to the server. */
function lower(name: string): string {
  return name.toLowerCase()
}

const VARIES: ReadonlySet<string> = new Set([
  'Identifier',
  'CompoundIdentifier',
  'Function',
  'Placeholder',
  'Subquery',
  'Exists',
  'InSubquery',
  'MatchAgainst',
])

/** The rows that a query gives at most. */
function limitOf(query: Tree): number | undefined {
  const clause = member(query, 'limit_clause')
  const limit =
    member(member(clause, 'LimitOffset'), 'limit') ??
    member(member(clause, 'OffsetCommaLimit'), 'limit')
  const number = list(member(member(member(limit, 'Value'), 'value'), 'Number'))[0]
  return typeof number === 'string' && /^\d{1,15}$/.test(number) ? Number(number) : undefined
}
