import { constant } from './constant.ts'
import type { Gather, SqlClass } from './gather.ts'
import { NO_NAMES, type Scope, withNames } from './scope.ts'
import { isNode, list, member, type Reading, type Tree, type TreeNode } from './trees.ts'

/** Gathers the facts of statements that SQLite's grammar read. Names are folded: SQLite ignores case. */
export function walkSqlite(reading: Reading, gather: Gather): void {
  for (const statement of reading) {
    walk(statement, NO_NAMES, gather)
    const body = member(statement, 'type') === 'SelectStmt' ? member(statement, 'body') : undefined
    gather.limits.push(limitOf(member(member(body, 'limit'), 'expr')))
  }
}

type Told = readonly [kind: string, ...classes: SqlClass[]]

/** What each kind of statement is called, and does. One that is not here is `admin`. */
const TOLD: Readonly<Record<string, Told>> = {
  Select: ['select', 'read'],
  InsertStmt: ['insert', 'write'],
  UpdateStmt: ['update', 'write'],
  DeleteStmt: ['delete', 'delete'],
  InsertTriggerCmd: ['insert', 'write'],
  UpdateTriggerCmd: ['update', 'write'],
  DeleteTriggerCmd: ['delete', 'delete'],
  ExplainStmt: ['explain', 'read'],
  CreateTableStmt: ['create-table', 'schema'],
  CreateIndexStmt: ['create-index', 'schema'],
  CreateViewStmt: ['create-view', 'schema'],
  CreateTriggerStmt: ['create-trigger', 'schema'],
  CreateVirtualTableStmt: ['create-virtual-table', 'schema', 'admin'],
  AlterTableStmt: ['alter-table', 'schema'],
  DropTableStmt: ['drop-table', 'schema'],
  DropIndexStmt: ['drop-index', 'schema'],
  DropViewStmt: ['drop-view', 'schema'],
  DropTriggerStmt: ['drop-trigger', 'schema'],
  BeginStmt: ['begin', 'transaction'],
  CommitStmt: ['commit', 'transaction'],
  RollbackStmt: ['rollback', 'transaction'],
  SavepointStmt: ['savepoint', 'transaction'],
  ReleaseStmt: ['release', 'transaction'],
}

/** The statement is told by what is in it. */
const TOLD_INSIDE = new Set(['SelectStmt', 'SelectTriggerCmd'])

/** Pragmas that only read, and what they read is the schema. */
const READING_PRAGMAS = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'index_xinfo',
  'foreign_key_list',
  'database_list',
  'collation_list',
  'function_list',
  'module_list',
  'pragma_list',
  'compile_options',
])

/** In a join's bits. */
const NATURAL = 0x04

function walk(tree: Tree, scope: Scope, gather: Gather): void {
  if (Array.isArray(tree)) {
    for (const each of tree) walk(each, scope, gather)
    return
  }
  if (!isNode(tree)) return
  const type = String(tree['type'])
  tellStatement(type, tree, gather)
  const inner = names(tree, scope, gather)
  TELL[type]?.(tree, inner, gather)
  conditions(tree, gather)
  for (const [key, child] of Object.entries(tree))
    if (key !== 'with' && key !== 'span' && !isName(type, key)) walk(child, inner, gather)
}

/** Whether the member is a name that has been told, and is no column. */
function isName(type: string, key: string): boolean {
  return key === 'name' && /^FunctionCall/.test(type)
}

function tellStatement(type: string, tree: TreeNode, gather: Gather): void {
  const told = TOLD[type]
  if (told !== undefined) {
    const [kind, ...classes] = told
    gather.statement(kind, ...classes)
  } else if (type === 'PragmaStmt') pragma(tree, gather)
  else if (/(?:Stmt|Cmd)$/.test(type) && !TOLD_INSIDE.has(type))
    gather.statement(type.replace(/(?:Stmt|TriggerCmd)$/, '').toLowerCase(), 'admin')
  if (/^(?:Update|Delete)(?:Stmt|TriggerCmd)$/.test(type) && !isNode(tree['whereClause']))
    gather.flag('unbounded')
  // What stands in the way is deleted.
  if (tree['orConflict'] === 'Replace') gather.statement('replace', 'write', 'delete')
  if (type === 'SetUpsertDo') gather.statement('update', 'write')
}

function pragma(tree: TreeNode, gather: Gather): void {
  const reads = READING_PRAGMAS.has(nameOf(member(tree['name'], 'objName')))
  gather.statement('pragma', reads ? 'read' : 'admin')
  gather.flag('catalog')
}

function names(tree: TreeNode, scope: Scope, gather: Gather): Scope {
  const clause = tree['with']
  if (!isNode(clause)) return scope
  const named = list(clause['ctes']).map((each) => ({
    name: nameOf(member(each, 'tblName')),
    walk: (seen: Scope) => walk(member(each, 'select'), seen, gather),
  }))
  return withNames(scope, clause['recursive'] === true, named)
}

type Tell = (tree: TreeNode, scope: Scope, gather: Gather) => void

const target: Tell = (tree, _scope, gather) => gather.table(tableName(tree['tblName']), alias(tree))

const columnNames =
  (...keys: readonly string[]): Tell =>
  (tree, _scope, gather) => {
    for (const key of keys)
      for (const each of [tree[key]].flat()) if (isNode(each)) gather.column([nameOf(each)])
  }

const inserted: Tell = (tree, scope, gather) => {
  target(tree, scope, gather)
  const of = tree['columns'] ?? tree['colNames']
  if (list(of).length === 0) gather.changes(tableName(tree['tblName']))
  for (const each of list(of)) gather.column([...tableName(tree['tblName']), nameOf(each)])
}

/** What kinds of node say, beside what is below them. */
const TELL: Readonly<Record<string, Tell>> = {
  TableSelectTable: (tree, scope, gather) => {
    const name = tableName(tree['tblName'])
    if (name.length === 1 && scope.has(name[0] ?? '')) return
    gather.table(name, alias(tree))
  },
  TableCallSelectTable: (tree, _scope, gather) => tableFunction(tree['tblName'], gather),
  InTableExpr: (tree, scope, gather) => {
    const name = tableName(tree['rhs'])
    if (list(tree['args']).length > 0) tableFunction(tree['rhs'], gather)
    else if (name.length > 1 || !scope.has(name[0] ?? '')) {
      gather.table(name)
      gather.column([...name, '*'])
    }
  },
  InsertStmt: inserted,
  InsertTriggerCmd: inserted,
  UpdateStmt: target,
  UpdateTriggerCmd: target,
  DeleteStmt: target,
  DeleteTriggerCmd: target,
  CreateTableStmt: target,
  CreateTriggerStmt: target,
  CreateVirtualTableStmt: (tree, scope, gather) => {
    target(tree, scope, gather)
    gather.call([nameOf(tree['moduleName'])])
    gather.flag('file')
  },
  CreateViewStmt: (tree, _scope, gather) => gather.table(tableName(tree['viewName'])),
  DropViewStmt: (tree, _scope, gather) => gather.table(tableName(tree['viewName'])),
  CreateIndexStmt: (tree, _scope, gather) => gather.table([nameOf(tree['tblName'])]),
  ForeignKeyClause: (tree, _scope, gather) => gather.table([nameOf(tree['tblName'])]),
  AlterTableStmt: target,
  DropTableStmt: target,
  AttachStmt: (_tree, _scope, gather) => gather.flag('file'),
  VacuumStmt: (tree, _scope, gather) => {
    if (isNode(tree['into'])) gather.flag('file')
  },
  Id: (tree, _scope, gather) => gather.column([nameOf(tree)]),
  NameExpr: columnNames('name'),
  IndexedColumn: columnNames('colName'),
  ColumnDefinition: columnNames('colName'),
  SetAssignment: columnNames('colNames'),
  UsingJoinConstraint: columnNames('columns'),
  UpdateOfTriggerEvent: columnNames('columns'),
  DropColumnAlterTableBody: columnNames('column'),
  RenameColumnAlterTableBody: columnNames('old', 'new'),
  QualifiedExpr: (tree, _scope, gather) =>
    gather.column(
      [tree['schema'], tree['table'], tree['column']].filter(isNode).map((each) => nameOf(each)),
    ),
  StarResultColumn: (_tree, _scope, gather) => gather.column(['*']),
  TableStarResultColumn: (tree, _scope, gather) => gather.column([nameOf(tree['table']), '*']),
  FunctionCallExpr: (tree, _scope, gather) => gather.call([nameOf(tree['name'])]),
  FunctionCallStarExpr: (tree, _scope, gather) => gather.call([nameOf(tree['name'])]),
  LikeExpr: (tree, _scope, gather) => {
    // Operators that are functions of the application.
    const operator = String(tree['op']).toLowerCase()
    if (operator !== 'like' && operator !== 'match') gather.call([operator])
  },
  VariableExpr: (_tree, _scope, gather) => gather.flag('parameter'),
  TypedJoinJoinOperator: (tree, _scope, gather) => {
    const type = tree['joinType']
    // Columns that are compared without being named.
    if (typeof type === 'number' && (type & NATURAL) !== 0) gather.column(['*'])
  },
}

function tableFunction(name: Tree, gather: Gather): void {
  const parts = tableName(name)
  gather.call(parts.slice(-1))
  if (/^pragma_/.test(parts.at(-1) ?? '')) gather.table(parts)
}

function tableName(tree: Tree): readonly string[] {
  return [member(tree, 'dbName'), member(tree, 'objName')]
    .filter(isNode)
    .map((each) => nameOf(each))
    .map((name) => SCHEMA_TABLES.get(name) ?? name)
}

function alias(tree: TreeNode): string | undefined {
  const found = member(tree['alias'], 'name') ?? member(tree['tblName'], 'alias')
  return isNode(found) ? nameOf(found) : undefined
}

/** Other names of the tables that keep the schema. */
const SCHEMA_TABLES: ReadonlyMap<string, string> = new Map([
  ['sqlite_schema', 'sqlite_master'],
  ['sqlite_temp_schema', 'sqlite_temp_master'],
])

/** The text of a `Name` or `Id`, as SQLite compares it: letters of ASCII have no case. */
function nameOf(tree: Tree): string {
  const text = member(tree, 'text') ?? member(tree, 'name')
  return typeof text === 'string' ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : ''
}

/** Finds conditions that do not look at any row. */
function conditions(tree: TreeNode, gather: Gather): void {
  const or = tree['type'] === 'BinaryExpr' && tree['op'] === 'Or'
  const alternatives = or ? [tree['left'], tree['right']] : []
  for (const each of [tree['whereClause'], ...alternatives])
    if (isNode(each) && constant(each, VARIES)) gather.flag('tautology')
}

const VARIES: ReadonlySet<string> = new Set([
  'Id',
  'NameExpr',
  'QualifiedExpr',
  'FunctionCallExpr',
  'FunctionCallStarExpr',
  'VariableExpr',
  'Select',
  'InTableExpr',
])

/** The rows that a query gives at most. */
function limitOf(expression: Tree): number | undefined {
  if (member(expression, 'type') !== 'NumericLiteral') return undefined
  const text = String(member(expression, 'value'))
  const limit = Number(text)
  return /^\d{1,15}$/.test(text) ? limit : undefined
}
