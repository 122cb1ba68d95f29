import { constant } from './constant.ts'
import type { Gather } from './gather.ts'
import { NO_NAMES, type Scope, withNames } from './scope.ts'
import { strings, tellStatement } from './statements-postgresql.ts'
import { isNode, list, member, type Reading, type Tree, type TreeNode } from './trees.ts'

/** Gathers the facts of statements that PostgreSQL's parser read. */
export function walkPostgresql(reading: Reading, gather: Gather): void {
  for (const statement of reading) {
    const tree = member(statement, 'stmt')
    walk(tree, NO_NAMES, gather)
    gather.limits.push(limitOf(member(tree, 'SelectStmt')))
  }
}

/** Looks at everything below a tree. What has a meaning of its own is told, and walked all the same. */
function walk(tree: Tree, scope: Scope, gather: Gather): void {
  if (Array.isArray(tree)) {
    for (const each of tree) walk(each, scope, gather)
    return
  }
  if (!isNode(tree)) return
  for (const [key, child] of Object.entries(tree)) {
    if (isNode(child)) node(typeOf(key, child), child, scope, gather)
    else walk(child, scope, gather)
  }
}

/** The type of a node: the key it stands under, or what its shape says where the key is a member's. */
function typeOf(key: string, child: TreeNode): string {
  if (/^[A-Z]/.test(key)) return key
  if (key === 'larg' || key === 'rarg') return 'SelectStmt'
  if (typeof child['relname'] === 'string') return 'RangeVar'
  if (key === 'funccall' || key === 'func') return 'FuncCall'
  return key
}

function node(type: string, tree: TreeNode, scope: Scope, gather: Gather): void {
  // The arms of a JOIN have these keys too, and a type below them.
  const isStatement = /^[A-Z]\w*Stmt$/.test(type) && !(type === 'SelectStmt' && !('op' in tree))
  if (isStatement) tellStatement(type, tree, gather)
  const inner = names(tree, scope, gather)
  TELL[type]?.(tree, inner, gather)
  conditions(tree, gather)
  // SELECT INTO makes a table, whatever a common table expression is called.
  if (isNode(tree['rel'])) gather.table(tableName(tree['rel']))
  for (const [key, child] of Object.entries(tree)) {
    if (key === 'withClause') continue
    if (isNode(child)) node(typeOf(key, child), child, inner, gather)
    else walk(child, inner, gather)
  }
}

function names(tree: TreeNode, scope: Scope, gather: Gather): Scope {
  const clause = tree['withClause']
  if (!isNode(clause)) return scope
  const named = list(clause['ctes']).map((each) => {
    const expression = member(each, 'CommonTableExpr')
    return {
      name: String(member(expression, 'ctename')),
      walk: (seen: Scope) => walk(expression, seen, gather),
    }
  })
  return withNames(scope, clause['recursive'] === true, named)
}

type Tell = (tree: TreeNode, scope: Scope, gather: Gather) => void

const columns =
  (...keys: readonly string[]): Tell =>
  (tree, _scope, gather) => {
    for (const key of keys) for (const column of strings(tree[key])) gather.column([column])
  }

const named =
  (key: string): Tell =>
  (tree, _scope, gather) => {
    const name = tree[key]
    if (typeof name === 'string') gather.column([name])
  }

const operator =
  (key: string): Tell =>
  (tree, _scope, gather) => {
    const name = strings(tree[key])
    if (name.length > 1 && name[0] !== 'pg_catalog') gather.call(name)
  }

/** What kinds of node say, beside what is below them. */
const TELL: Readonly<Record<string, Tell>> = {
  RangeVar: (tree, scope, gather) => table(tree, scope, gather),
  ColumnRef: (tree, _scope, gather) => gather.column(strings(tree['fields'])),
  FuncCall: (tree, _scope, gather) => gather.call(strings(tree['funcname'])),
  A_Expr: operator('name'),
  SubLink: operator('operName'),
  SortBy: operator('useOp'),
  A_Indirection: (tree, _scope, gather) => {
    for (const column of strings(tree['indirection'])) gather.column([column])
  },
  ParamRef: (_tree, _scope, gather) => gather.flag('parameter'),
  TypeCast: (tree, _scope, gather) => {
    const type = strings(member(tree['typeName'], 'names')).at(-1) ?? ''
    if (type.startsWith('reg')) gather.flag('catalog')
  },
  CoalesceExpr: (_tree, _scope, gather) => gather.call(['coalesce']),
  MinMaxExpr: (tree, _scope, gather) =>
    gather.call([tree['op'] === 'IS_LEAST' ? 'least' : 'greatest']),
  SQLValueFunction: (tree, _scope, gather) =>
    gather.call([
      String(tree['op'])
        .replace(/^SVFOP_/, '')
        .replace(/_N$/, '')
        .toLowerCase(),
    ]),
  JoinExpr: (tree, _scope, gather) => {
    // Columns that are compared without being named.
    if (tree['isNatural'] === true) gather.column(['*'])
    for (const column of strings(tree['usingClause'])) gather.column([column])
  },
  InsertStmt: (tree, _scope, gather) => {
    targets(tree['relation'], tree['cols'], gather)
    targets(tree['relation'], member(tree['onConflictClause'], 'targetList') ?? [], gather)
  },
  UpdateStmt: (tree, _scope, gather) => targets(tree['relation'], tree['targetList'], gather),
  MergeStmt: (tree, _scope, gather) => {
    for (const each of list(tree['mergeWhenClauses'])) {
      const clause = member(each, 'MergeWhenClause')
      const inserts = member(clause, 'commandType') === 'CMD_INSERT'
      targets(tree['relation'], member(clause, 'targetList') ?? (inserts ? undefined : []), gather)
    }
  },
  CopyStmt: (tree, _scope, gather) => {
    const relation = tree['relation']
    if (!isNode(relation)) return
    const of = strings(tree['attlist'])
    for (const column of of.length > 0 ? of : ['*']) gather.column([...tableName(relation), column])
  },
  ColumnDef: named('colname'),
  AlterTableCmd: named('name'),
  IndexElem: named('name'),
  AccessPriv: columns('cols'),
  Constraint: columns('keys', 'fk_attrs', 'pk_attrs'),
}

function tableName(tree: TreeNode): readonly string[] {
  return [tree['catalogname'], tree['schemaname'], tree['relname']].filter(
    (part): part is string => typeof part === 'string',
  )
}

function table(tree: TreeNode, scope: Scope, gather: Gather): void {
  const name = tableName(tree)
  const alias = member(tree['alias'], 'aliasname')
  if (name.length === 1 && scope.has(name[0] ?? '')) return
  gather.table(name, typeof alias === 'string' ? alias : undefined)
  // Columns that are renamed by their place could be any.
  if (list(member(tree['alias'], 'colnames')).length > 0) gather.column([...name, '*'])
}

/** The columns that a statement sets; all of them when it names none. */
function targets(relation: Tree, of: Tree, gather: Gather): void {
  if (!isNode(relation)) return
  // Whatever it is called, the target of a change is a table.
  gather.table(tableName(relation), undefined)
  if (of === undefined) gather.changes(tableName(relation))
  for (const each of list(of)) {
    const column = member(member(each, 'ResTarget'), 'name')
    if (typeof column === 'string') gather.column([...tableName(relation), column])
  }
}

/** Finds conditions that do not look at any row. */
function conditions(tree: TreeNode, gather: Gather): void {
  const alternatives = tree['boolop'] === 'OR_EXPR' ? list(tree['args']) : []
  for (const each of [tree['whereClause'], ...alternatives])
    if (constant(each, VARIES)) gather.flag('tautology')
}

const VARIES: ReadonlySet<string> = new Set([
  'ColumnRef',
  'FuncCall',
  'ParamRef',
  'SubLink',
  'SQLValueFunction',
  'CurrentOfExpr',
])

/** The rows that a query gives at most. */
function limitOf(query: Tree): number | undefined {
  if (member(query, 'limitOption') === 'LIMIT_OPTION_WITH_TIES') return undefined
  const value = member(member(query, 'limitCount'), 'A_Const')
  const number = member(value, 'ival')
  if (!isNode(number)) return undefined
  // The tree leaves a zero out.
  const limit = number['ival'] ?? 0
  return typeof limit === 'number' ? limit : undefined
}
