import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import type { JsonObject } from '../../kernel/json.ts'
import { CommandError } from '../command-error.ts'
import { printable } from '../terminal.ts'

/** Bytes of one file, unpacked: what is larger is no recording. */
const MOST_BYTES = 256 * 1024 * 1024

const json = z.json()
const object = z.record(z.string(), json).transform((value): JsonObject => value as JsonObject)
/** Suites are servers of the gateway, which have such names. */
const suite = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'a suite is 1 to 63 of `a-z`, `0-9` and `-`, and does not begin with `-`',
})

const tool = z.object({
  suite,
  name: z.string().min(1).max(128),
  description: z.string().optional(),
  inputSchema: object,
})

const step = z.object({
  /** Whether the user's task wants the call, or what was injected into it. */
  phase: z.enum(['user', 'attack']),
  tool: z.string(),
  args: object,
  result: json,
  error: json.optional().transform((error) => (error === null ? undefined : error)),
})

const task = z.object({
  suite,
  user_task: z.string(),
  prompt: z.string(),
  model: z.string().optional(),
  calls: z.array(step).max(10_000),
})

const trace = task.extend({ injection_task: z.string(), goal: z.string() })

export type RecordedTool = z.output<typeof tool>
/** One call of a recorded run, and what it got. */
export type RecordedStep = z.output<typeof step>
/** A recorded run: of a task as its user meant it, or of one that was attacked. */
export type RecordedTask = z.output<typeof task> & Partial<z.output<typeof trace>>

/** Recorded runs of agents, in the order of their files. */
export interface Recordings {
  readonly tools: readonly RecordedTool[]
  readonly benign: readonly RecordedTask[]
  readonly attacked: readonly RecordedTask[]
}

/**
 * Reads `flows-tools`, `flows-benign` and `flows-traces` of a folder, each `.jsonl` or `.jsonl.gz`.
 *
 * @throws {CommandError} `configuration`, with file and line where there is one
 */
export function readRecordings(folder: string): Recordings {
  const tools = readLines(folder, 'flows-tools', tool)
  const known = new Map<string, string>()
  for (const { at, value } of tools) {
    const key = keyOf(value.suite, value.name)
    const first = known.get(key)
    if (first !== undefined) throw wrong(at, `tool \`${value.name}\` stands at ${first} too`)
    known.set(key, at)
  }
  const runs = (name: string, form: typeof task | typeof trace): readonly RecordedTask[] =>
    readLines<RecordedTask>(folder, name, form).map(({ at, value }) => {
      const unknown = value.calls.find(({ tool: used }) => !known.has(keyOf(value.suite, used)))
      if (unknown === undefined) return value
      throw wrong(at, `suite \`${value.suite}\` has no tool \`${unknown.tool}\``)
    })
  return {
    tools: tools.map(({ value }) => value),
    benign: runs('flows-benign', task),
    attacked: runs('flows-traces', trace),
  }
}

function keyOf(suite: string, name: string): string {
  return JSON.stringify([suite, name])
}

interface Line<T> {
  /** File and line, for people. */
  readonly at: string
  readonly value: T
}

function readLines<T>(folder: string, name: string, form: z.ZodType<T>): readonly Line<T>[] {
  const file = fileOf(folder, name)
  return textOf(file)
    .split('\n')
    .flatMap((text, index) => {
      if (text.trim() === '') return []
      const at = `${file}:${index + 1}`
      const found = form.safeParse(parsed(text, at))
      if (found.success) return [{ at, value: found.data }]
      const [issue] = found.error.issues
      throw wrong(at, `\`${(issue?.path ?? []).join('.')}\`: ${issue?.message ?? 'not understood'}`)
    })
}

function parsed(text: string, at: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw wrong(at, 'not JSON: each line holds one object', cause)
  }
}

function fileOf(folder: string, name: string): string {
  const [file, another] = [`${name}.jsonl`, `${name}.jsonl.gz`]
    .map((one) => join(folder, one))
    .filter((one) => existsSync(one))
  if (file === undefined)
    throw new CommandError(
      `there is no \`${name}.jsonl\` and no \`${name}.jsonl.gz\` in \`${printable(folder)}\``,
      { exit: 'configuration', fix: 'name a folder with recorded runs' },
    )
  if (another === undefined) return file
  throw wrong(file, `\`${name}.jsonl.gz\` is there too, and nobody can tell which one is meant`)
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file)
    const plain = file.endsWith('.gz')
      ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES })
      : bytes.subarray(0, MOST_BYTES + 1)
    if (plain.length > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes`)
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable'
    throw wrong(file, `it cannot be read: ${why}`, cause)
  }
}

function wrong(at: string, what: string, cause?: unknown): CommandError {
  return new CommandError(printable(`${at}: ${what}`), {
    exit: 'configuration',
    fix: 'correct the file, or name another folder',
    cause,
  })
}
