import type { Gather, SqlClass } from './gather.ts'
import { list, member, type Tree, type TreeNode } from './trees.ts'

type Told = readonly [kind: string, ...classes: SqlClass[]]

/** What each kind of statement is called, and does. One that is not here is `admin`. */
const TOLD: Readonly<Record<string, Told>> = {
  SelectStmt: ['select', 'read'],
  InsertStmt: ['insert', 'write'],
  UpdateStmt: ['update', 'write'],
  DeleteStmt: ['delete', 'delete'],
  MergeStmt: ['merge', 'write'],
  TruncateStmt: ['truncate', 'delete'],
  CallStmt: ['call', 'execute'],
  DoStmt: ['do', 'execute'],
  PrepareStmt: ['prepare', 'execute'],
  ExecuteStmt: ['execute', 'execute'],
  DeallocateStmt: ['deallocate', 'transaction'],
  ExplainStmt: ['explain', 'read'],
  VariableSetStmt: ['set', 'admin'],
  VariableShowStmt: ['show', 'read'],
  DeclareCursorStmt: ['declare-cursor', 'transaction'],
  FetchStmt: ['fetch', 'read'],
  ClosePortalStmt: ['close', 'transaction'],
  LockStmt: ['lock', 'transaction'],
  ConstraintsSetStmt: ['set', 'transaction'],
  ListenStmt: ['listen', 'admin'],
  UnlistenStmt: ['unlisten', 'admin'],
  NotifyStmt: ['notify', 'execute'],
  CreateStmt: ['create-table', 'schema'],
  CreateTableAsStmt: ['create-table', 'schema', 'write'],
  ViewStmt: ['create-view', 'schema'],
  IndexStmt: ['create-index', 'schema'],
  CreateSeqStmt: ['create-sequence', 'schema'],
  AlterSeqStmt: ['alter-sequence', 'schema'],
  CreateSchemaStmt: ['create-schema', 'schema'],
  CreateFunctionStmt: ['create-function', 'schema'],
  AlterFunctionStmt: ['alter-function', 'schema'],
  CreateTrigStmt: ['create-trigger', 'schema'],
  RuleStmt: ['create-rule', 'schema'],
  CreateDomainStmt: ['create-domain', 'schema'],
  AlterDomainStmt: ['alter-domain', 'schema'],
  CompositeTypeStmt: ['create-type', 'schema'],
  CreateEnumStmt: ['create-type', 'schema'],
  CreateRangeStmt: ['create-type', 'schema'],
  AlterEnumStmt: ['alter-type', 'schema'],
  AlterTypeStmt: ['alter-type', 'schema'],
  DefineStmt: ['create-type', 'schema'],
  CreateStatsStmt: ['create-statistics', 'schema'],
  AlterTableStmt: ['alter-table', 'schema'],
  AlterObjectSchemaStmt: ['alter-schema', 'schema'],
  CommentStmt: ['comment', 'schema'],
  CreateExtensionStmt: ['create-extension', 'schema', 'admin'],
  CreateForeignTableStmt: ['create-foreign-table', 'schema', 'admin'],
  ImportForeignSchemaStmt: ['import-foreign-schema', 'schema', 'admin'],
  RefreshMatViewStmt: ['refresh', 'write'],
  GrantStmt: ['grant', 'admin'],
  GrantRoleStmt: ['grant', 'admin'],
  DropdbStmt: ['drop-database', 'schema', 'admin'],
  DropOwnedStmt: ['drop-owned', 'schema', 'admin'],
  CreatedbStmt: ['create-database', 'schema', 'admin'],
  LoadStmt: ['load', 'admin', 'execute'],
}

/** Kinds whose name depends on a member. */
const BY_MEMBER: Readonly<Record<string, (node: TreeNode) => Told>> = {
  CopyStmt: (node) => ['copy', node['is_from'] === true ? 'write' : 'read'],
  DropStmt: (node) => [`drop-${object(node['removeType'])}`, 'schema'],
  RenameStmt: (node) => [`alter-${object(node['renameType'])}`, 'schema'],
  TransactionStmt: (node) => [dashed(node['kind'], 'TRANS_STMT_'), 'transaction'],
  VacuumStmt: (node) => [node['is_vacuumcmd'] === true ? 'vacuum' : 'analyze', 'admin'],
}

/** Says what a statement of PostgreSQL's tree is; `type` ends in `Stmt`. */
export function tellStatement(type: string, node: TreeNode, gather: Gather): void {
  const told = BY_MEMBER[type]?.(node) ?? TOLD[type] ?? ([kebab(type), 'admin'] as const)
  const [kind, ...classes] = told
  gather.statement(kind, ...classes)
  SPECIAL[type]?.(node, gather)
}

const dynamic = (_node: TreeNode, gather: Gather) => gather.flag('dynamic')

const condition = (node: TreeNode, gather: Gather) => {
  if (node['whereClause'] === undefined) gather.flag('unbounded')
}

/** What is more to be said of a kind of statement. */
const SPECIAL: Readonly<Record<string, (node: TreeNode, gather: Gather) => void>> = {
  SelectStmt: (node, gather) => {
    if (node['intoClause'] !== undefined) gather.statement('select-into', 'schema', 'write')
    if (node['lockingClause'] !== undefined) gather.flag('locking')
  },
  UpdateStmt: condition,
  DeleteStmt: condition,
  TruncateStmt: (_node, gather) => gather.flag('unbounded'),
  InsertStmt: (node, gather) => {
    if (member(node['onConflictClause'], 'action') === 'ONCONFLICT_UPDATE')
      gather.statement('update', 'write')
  },
  MergeStmt: (node, gather) => {
    for (const clause of list(node['mergeWhenClauses']))
      mergeAction(member(member(clause, 'MergeWhenClause'), 'commandType'), gather)
  },
  CopyStmt: (node, gather) => {
    if (node['filename'] === undefined) return
    gather.flag(node['is_program'] === true ? 'program' : 'file')
    gather.statement('copy', 'admin')
    if (node['is_program'] === true) gather.statement('copy', 'execute')
  },
  ExplainStmt: (node, gather) => {
    for (const option of list(node['options']))
      if (member(member(option, 'DefElem'), 'defname') === 'analyze') gather.flag('analyze')
  },
  LockStmt: (_node, gather) => gather.flag('locking'),
  DoStmt: dynamic,
  PrepareStmt: dynamic,
  ExecuteStmt: dynamic,
  CallStmt: dynamic,
  CreateFunctionStmt: dynamic,
  CreateTrigStmt: dynamic,
  CreateExtensionStmt: dynamic,
  LoadStmt: (_node, gather) => gather.flag('file'),
  DropStmt: (node, gather) => {
    dropped(object(node['removeType']), list(node['objects']), gather)
  },
}

function mergeAction(command: Tree, gather: Gather): void {
  if (command === 'CMD_DELETE') gather.statement('delete', 'delete')
  if (command === 'CMD_UPDATE') gather.statement('update', 'write')
  if (command === 'CMD_INSERT') gather.statement('insert', 'write')
}

const TABLES = new Set(['table', 'view', 'materialized-view', 'foreign-table'])
/** Kinds of which the table is named before their own name. */
const OF_TABLES = new Set(['trigger', 'policy', 'rule'])

function dropped(kind: string, objects: readonly Tree[], gather: Gather): void {
  for (const each of objects) {
    const name = strings(member(member(each, 'List'), 'items'))
    if (TABLES.has(kind)) gather.table(name)
    if (OF_TABLES.has(kind)) gather.table(name.slice(0, -1))
  }
}

/** The words of a list of `String` nodes; `*` for a star. */
export function strings(tree: Tree): readonly string[] {
  return list(tree).flatMap((item) => {
    if (member(item, 'A_Star') !== undefined) return ['*']
    const word = member(member(item, 'String'), 'sval')
    return typeof word === 'string' ? [word] : []
  })
}

function object(type: Tree): string {
  const kind = dashed(type, 'OBJECT_')
  return kind === 'matview' ? 'materialized-view' : kind
}

function dashed(word: Tree, prefix: string): string {
  return String(word).replace(prefix, '').toLowerCase().replaceAll('_', '-')
}

function kebab(type: string): string {
  return type
    .replace(/Stmt$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()
}
