import type { Gather, SqlClass } from './gather.ts'
import { isNode, list, member, type Tree, type TreeNode } from './trees.ts'

type Told = readonly [kind: string, ...classes: SqlClass[]]

/** What each kind of statement is called, and does. One that is not here is `admin`. */
const TOLD: Readonly<Record<string, Told>> = {
  Truncate: ['truncate', 'delete'],
  Call: ['call', 'execute'],
  Prepare: ['prepare', 'execute'],
  Execute: ['execute', 'execute'],
  Deallocate: ['deallocate', 'transaction'],
  Explain: ['explain', 'read'],
  ExplainTable: ['describe', 'read'],
  Set: ['set', 'admin'],
  Use: ['use', 'admin'],
  CreateTable: ['create-table', 'schema'],
  CreateView: ['create-view', 'schema'],
  CreateIndex: ['create-index', 'schema'],
  CreateTrigger: ['create-trigger', 'schema'],
  CreateProcedure: ['create-procedure', 'schema'],
  CreateFunction: ['create-function', 'schema'],
  CreateDatabase: ['create-database', 'schema', 'admin'],
  AlterTable: ['alter-table', 'schema'],
  AlterView: ['alter-view', 'schema'],
  RenameTable: ['rename-table', 'schema'],
  StartTransaction: ['begin', 'transaction'],
  Commit: ['commit', 'transaction'],
  Rollback: ['rollback', 'transaction'],
  Savepoint: ['savepoint', 'transaction'],
  ReleaseSavepoint: ['release', 'transaction'],
  LockTables: ['lock', 'transaction'],
  UnlockTables: ['unlock', 'transaction'],
}

const DYNAMIC = new Set([
  'Call',
  'Prepare',
  'Execute',
  'CreateTrigger',
  'CreateProcedure',
  'CreateFunction',
])

/** Statements that stand inside others too, and the member by which each is told from a mere word. */
const INNER: Readonly<Record<string, readonly [member: string, told: Told]>> = {
  Select: ['projection', ['select', 'read']],
  Values: ['rows', ['select', 'read']],
  Insert: ['replace_into', ['insert', 'write']],
  Update: ['assignments', ['update', 'write']],
  Delete: ['from', ['delete', 'delete']],
  Merge: ['clauses', ['merge', 'write', 'delete']],
}

/** Says what an outermost statement is. */
export function tellStatement(statement: Tree, gather: Gather): void {
  const type = isNode(statement) ? (Object.keys(statement)[0] ?? '') : String(statement)
  const body = member(statement, type)
  if (type === 'Query' || type in INNER) return
  if (type === 'Drop') {
    dropped(body, gather)
    return
  }
  if (/^Show[A-Z]/.test(type)) {
    gather.statement('show', 'read')
    gather.flag('catalog')
    return
  }
  const [kind, ...classes] = TOLD[type] ?? ([kebab(type), 'admin'] as const)
  gather.statement(kind, ...classes)
  if (DYNAMIC.has(type)) gather.flag('dynamic')
  if (type === 'Truncate') gather.flag('unbounded')
  if (type === 'LockTables') locked(body, gather)
}

/** Says what a statement is that stands under its own name, wherever that is. */
export function tellInner(key: string, child: Tree, gather: Gather): void {
  // Of statements within others, only those that are known here do not act for themselves.
  if (key === 'statement' && isNode(child)) tellStatement(child, gather)
  if (key === 'statements') for (const each of list(child)) tellStatement(each, gather)
  const inner = INNER[key]
  if (inner === undefined || !isNode(child) || !(inner[0] in child)) return
  const [kind, ...classes] = inner[1]
  gather.statement(kind, ...classes)
  if (key === 'Insert') inserted(child, gather)
  if ((key === 'Update' || key === 'Delete') && !isNode(child['selection']))
    gather.flag('unbounded')
}

function inserted(node: TreeNode, gather: Gather): void {
  // What stands in the way is deleted.
  if (node['replace_into'] === true) gather.statement('replace', 'write', 'delete')
  if (isNode(node['on'])) gather.statement('update', 'write')
}

function dropped(node: Tree, gather: Gather): void {
  const type = String(member(node, 'object_type'))
  gather.statement(`drop-${kebab(type)}`, 'schema')
  if (!/^(?:Table|View|Index)$/.test(type)) gather.statement(`drop-${kebab(type)}`, 'admin')
}

function locked(node: Tree, gather: Gather): void {
  gather.flag('locking')
  for (const each of list(member(node, 'tables'))) {
    const name = member(member(each, 'table'), 'value')
    if (typeof name === 'string') gather.table([name])
  }
}

function kebab(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
