import { DATA_CLASSES } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import { type Actor, type Witness, witnessBy } from '../kernel/event.ts'
import { ARGUMENT_ROLES, SOURCE_TRUSTS } from '../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { startLooks } from '../kernel/looks.ts'
import type { Clock } from '../kernel/ports.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { ToolClassTable } from '../store/control-schema.ts'
import type { Store } from '../store/store.ts'
import { EFFECTS, type Override } from './classify.ts'

/** What people said a tool does, while the gateway ran. */
export interface StatedClass {
  readonly server: string
  readonly tool: string
  /** Undefined: what was said is taken back, and the configuration or an inference counts again. */
  readonly classes: Override | undefined
  /** `user:id`. */
  readonly by: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Counts up with every change; never again the same for a tool. */
  readonly version: number
}

/** The classes that people stated, of all tools. They beat the configuration. */
export interface ClassBook {
  /** What counts now in this process. */
  of(server: string, tool: string): Override | undefined
  stated(server: string, tool: string): StatedClass | undefined
  /**
   * States the classes of a tool, or takes back what was stated. Counts in this process when it resolves,
   * and in others with their next look.
   *
   * @param version the one that the caller saw; 0 where nothing was ever stated.
   * @throws GatewayError `version_conflict`; as the witness, and then nothing has changed.
   */
  state(
    by: Actor,
    about: Pick<StatedClass, 'server' | 'tool' | 'classes' | 'version'>,
  ): Promise<StatedClass>
  /** Looks now. Rejects as the database does; what counted before still counts then. */
  refresh(): Promise<void>
  /** Makes no more looks, and waits for the last one. */
  close(): Promise<void>
}

export interface ClassBookOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
  /** Milliseconds between two looks for what other processes changed. */
  readonly every: number
  readonly log: (message: string, cause?: unknown) => void
}

type Stated = ReadonlyMap<string, StatedClass>

/** Opens the book: what was stated before counts when this resolves. Rejects as the database does. */
export async function openClassBook(options: ClassBookOptions): Promise<ClassBook> {
  const { store, every, log } = options
  let counted = -1
  let stated: Stated = new Map()

  const look = async (): Promise<void> => {
    // Every change counts one version up, and no row ever goes.
    const sum = await changes(store)
    if (sum === counted) return
    stated = await read(store)
    counted = sum
  }
  const looks = await startLooks({
    ...{ look, every, log },
    lost: 'classes of tools cannot be read: the last ones still count',
    found: 'classes of tools are heard of again',
  })
  return {
    of: (server, tool) => stated.get(keyOf(server, tool))?.classes,
    stated: (server, tool) => stated.get(keyOf(server, tool)),
    async state(by, about) {
      const made = await write(options, by, about)
      await looks.now()
      return made
    },
    refresh: looks.now,
    close: looks.close,
  }
}

function keyOf(server: string, tool: string): string {
  return `${server} ${tool}`
}

async function changes({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom('tool_class')
    .select(({ fn }) => fn.sum('version').as('sum'))
    .executeTakeFirst()
  return Number(row?.sum ?? 0)
}

async function read({ db }: Store): Promise<Stated> {
  const rows = await db.selectFrom('tool_class').selectAll().execute()
  return new Map(rows.map((row) => [keyOf(row.server, row.tool), statedOf(row)]))
}

async function write(
  { store: { db }, witness, clock }: ClassBookOptions,
  by: Actor,
  { server, tool, classes, version }: Pick<StatedClass, 'server' | 'tool' | 'classes' | 'version'>,
): Promise<StatedClass> {
  const now = await db
    .selectFrom('tool_class')
    .select(['version', 'classes'])
    .where('server', '=', server)
    .where('tool', '=', tool)
    .executeTakeFirst()
  if ((now?.version ?? 0) !== version) throw overtaken()
  const row = { server, tool, by: by.subject, at: clock(), version: version + 1 }
  const text = JSON.stringify(classes ?? null)
  const detail = { classes: plain(text), before: plain(now?.classes ?? 'null') }
  const event = { event: 'tool.classified', target: `${server}:${tool}`, detail } as const
  await witnessed(witnessBy(witness, by), event, async () => {
    const changed =
      version === 0
        ? (
            await db
              .insertInto('tool_class')
              .values({ ...row, classes: text })
              .onConflict((conflict) => conflict.doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows
        : (
            await db
              .updateTable('tool_class')
              .set({ ...row, classes: text })
              .where('server', '=', server)
              .where('tool', '=', tool)
              .where('version', '=', version)
              .executeTakeFirst()
          ).numUpdatedRows
    if (Number(changed ?? 0) === 0) throw overtaken()
  })
  return { ...row, classes }
}

function overtaken(): GatewayError {
  return new GatewayError(
    'version_conflict',
    'somebody else classed this tool meanwhile; look again',
  )
}

/** What nobody can read is the worst that a tool can be. */
const WORST: Override = {
  effects: EFFECTS,
  reversible: false,
  risk: 'high',
  reads: DATA_CLASSES,
  trust: 'untrusted',
}

function statedOf({ classes, ...row }: ToolClassTable): StatedClass {
  const value = plain(classes)
  return { ...row, classes: value === null ? undefined : overrideOf(value) }
}

function plain(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function overrideOf(value: Json): Override {
  if (!isObject(value)) return WORST
  const { effects, reversible, risk, reads, trust, roles, fields } = value as JsonObject
  const known =
    areWords(effects, EFFECTS) &&
    areWords(reads, DATA_CLASSES) &&
    typeof reversible === 'boolean' &&
    ['low', 'medium', 'high'].includes(String(risk)) &&
    areWords([String(trust)], SOURCE_TRUSTS) &&
    isSaid(roles, ARGUMENT_ROLES) &&
    isSaid(fields, SOURCE_TRUSTS)
  return known ? (value as unknown as Override) : WORST
}

/** Nothing, or a word for each name. */
function isSaid(value: Json | undefined, words: readonly string[]): boolean {
  return value === undefined || (isObject(value) && areWords(Object.values(value) as Json[], words))
}

function areWords(value: Json | undefined, words: readonly string[]): boolean {
  return Array.isArray(value) && value.every((word) => words.includes(String(word)))
}
