import { resolve } from 'node:path'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { argumentFitter } from '../redteam/fit-arguments.ts'
import { type JudgedAttack, type JudgedBenign, judgeAttack, judgeBenign } from '../redteam/judge.ts'
import { type RecordedTask, type Recordings, readRecordings } from '../redteam/read-traces.ts'
import { type Approves, type FitArguments, replayTask } from '../redteam/replay-task.ts'
import { reportText } from '../redteam/report-text.ts'
import { openStage } from '../redteam/stage.ts'
import { type ReplayedSuite, reportOf } from '../redteam/tally.ts'
import { printable, show, talk } from '../terminal.ts'

export interface ReplayOptions {
  readonly suite?: string
  readonly policies: readonly string[]
  /** Somebody approves what the user's own task needs, in attacked runs too. */
  readonly approveTasks: boolean
  /** Runs of each kind and suite. */
  readonly limit?: number
}

/** Milliseconds between two words on how far it is. */
const TELL_EVERY = 5_000

/**
 * `bailiwick redteam replay DIR`: recorded runs of agents through a gateway of its own. `findings` when an
 * attack was executed.
 */
export async function redteamReplay(
  context: Context,
  folder: string,
  options: ReplayOptions,
): Promise<Exit> {
  const { policies, approveTasks } = options
  const recordings = chosen(readRecordings(resolve(context.cwd, folder)), options)
  const tell = progress(context, recordings.attacked.length + recordings.benign.length)
  const approves: Approves = approveTasks ? 'task' : 'nothing'
  const replayed = await replaySuites(context, recordings, { policies, approves, tell })
  const report = reportOf({ policies, approves }, replayed)
  await show(context, report, () => reportText(context, report))
  return report.total.attacks.executed === 0 ? 'ok' : 'findings'
}

/** What the options leave of the recordings. */
function chosen(recordings: Recordings, { suite, limit }: ReplayOptions): Recordings {
  const suites = [...new Set(recordings.tools.map((tool) => tool.suite))]
  if (suite !== undefined && !suites.includes(suite))
    throw new CommandError(`there is no suite \`${printable(suite)}\``, {
      exit: 'usage',
      fix: `suites of this folder: ${suites.join(', ')}`,
    })
  const some = (tasks: readonly RecordedTask[]): readonly RecordedTask[] =>
    suites.flatMap((name) => tasks.filter((one) => one.suite === name).slice(0, limit))
  const all = {
    tools: recordings.tools,
    benign: some(recordings.benign),
    attacked: some(recordings.attacked),
  }
  return suite === undefined ? all : ofSuite(all, suite)
}

function ofSuite({ tools, benign, attacked }: Recordings, suite: string): Recordings {
  const isOf = (one: { readonly suite: string }): boolean => one.suite === suite
  return { tools: tools.filter(isOf), benign: benign.filter(isOf), attacked: attacked.filter(isOf) }
}

interface Way {
  readonly policies: readonly string[]
  /** In attacked runs. */
  readonly approves: Approves
  /** Called after each run. */
  readonly tell: () => void
}

/** Replays suites beside each other, each with a gateway of its own: they were recorded apart. */
async function replaySuites(
  context: Context,
  recordings: Recordings,
  way: Way,
): Promise<readonly ReplayedSuite[]> {
  const suites = [...new Set(recordings.tools.map(({ suite }) => suite))]
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const replaying = suites.map((suite) =>
    replaySuite({ ...context, signal }, ofSuite(recordings, suite), { ...way, suite }),
  )
  try {
    return await Promise.all(replaying)
  } catch (error) {
    stop.abort()
    await Promise.allSettled(replaying)
    throw error
  }
}

/** Replays one suite, a run after the other: a replaying server answers one at a time. */
async function replaySuite(
  context: Context,
  { tools, attacked, benign }: Recordings,
  { suite, policies, approves, tell }: Way & { readonly suite: string },
): Promise<ReplayedSuite> {
  const fitters = new Map(tools.map((tool) => [tool.name, argumentFitter(tool.inputSchema)]))
  const fitArguments: FitArguments = (tool, args) =>
    fitters.get(tool)?.(args) ?? { args, dropped: 0 }
  const stage = await openStage(context, { suite, tools, policies })
  try {
    const attacks: JudgedAttack[] = []
    const tasks: JudgedBenign[] = []
    for (const task of attacked) {
      goOn(context)
      const replayed = await replayTask(stage, task, fitArguments, approves)
      attacks.push(await judgeAttack(stage.records, replayed))
      tell()
    }
    for (const task of benign) {
      goOn(context)
      tasks.push(judgeBenign(await replayTask(stage, task, fitArguments, 'task')))
      tell()
    }
    return { suite, attacks, benign: tasks, approvedByHand: stage.approvedByHand }
  } finally {
    await stage.close()
  }
}

/** @throws {CommandError} `findings` when the person at the terminal does not want to wait. */
function goOn({ signal }: Context): void {
  if (!signal.aborted) return
  throw new CommandError('stopped before every run was replayed', { exit: 'findings' })
}

function progress(context: Context, of: number): () => void {
  const started = performance.now()
  let [done, told] = [0, started]
  return () => {
    done += 1
    const now = performance.now()
    if (now - told < TELL_EVERY && done < of) return
    told = now
    talk(context, `${done} of ${of} runs, ${((now - started) / 1_000).toFixed(0)} s`)
  }
}
