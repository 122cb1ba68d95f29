import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { CommandError } from '../command-error.ts'
import type { McpClient } from '../mcp-client.ts'
import type { Fitted } from './fit-arguments.ts'
import type { RecordedStep, RecordedTask } from './read-traces.ts'
import type { Agent, Stage } from './stage.ts'

/** Times that a person is asked about one call before it counts as stopped. */
const MOST_PROMPTS = 5

/** What the gateway answered in place of a server. */
export interface Refusal {
  readonly code: string
  readonly policies: readonly string[]
  readonly reason: string
}

/** What became of one recorded call. */
export interface ReplayedStep {
  readonly step: RecordedStep
  /** As they were sent. */
  readonly args: JsonObject
  /** Whether the server got it. */
  readonly reached: boolean
  /** What people were asked. Where there is no refusal they approved all of it. */
  readonly prompts: readonly ApprovalRequest[]
  /** Why it did not reach its server, or its answer did not come back. */
  readonly refusal?: Refusal
}

export interface ReplayedTask {
  readonly task: RecordedTask
  /** Whose calls it made: nobody else's. */
  readonly subject: string
  readonly steps: readonly ReplayedStep[]
  /** Members of arguments that were left out, see `argumentFitter`. */
  readonly dropped: number
}

/** How the arguments of a tool are made to fit. */
export type FitArguments = (tool: string, args: JsonObject) => Fitted

/** Whose calls somebody approves where they are held for a person; what an attack wants, never. */
export type Approves = 'nothing' | 'task'

/** Has an agent that obeys every word make the recorded calls, in order, whatever became of those before. */
export async function replayTask(
  stage: Stage,
  task: RecordedTask,
  fitArguments: FitArguments,
  approves: Approves,
): Promise<ReplayedTask> {
  const agent = await stage.newAgent()
  try {
    const steps: ReplayedStep[] = []
    let dropped = 0
    for (const step of task.calls) {
      const fitted = fitArguments(step.tool, step.args)
      dropped += fitted.dropped
      stage.server.prepare(step)
      steps.push(await replayStep({ stage, agent, step, args: fitted.args, approves }))
    }
    return { task, subject: agent.subject, steps, dropped }
  } finally {
    agent.close()
  }
}

interface Making {
  readonly stage: Stage
  readonly agent: Agent
  readonly step: RecordedStep
  readonly args: JsonObject
  readonly approves: Approves
}

async function replayStep(making: Making): Promise<ReplayedStep> {
  const { stage, agent, step, args, approves } = making
  const { server } = stage
  const people = approves === 'task' && step.phase === 'user'
  const prompts: ApprovalRequest[] = []
  const before = server.reached.length
  for (;;) {
    const { refusal, approval } = await call(agent.client, step.tool, args)
    const reached = server.reached.length > before
    const done = { step, args, reached, prompts, ...(refusal && { refusal }) }
    // People are asked about calls, and about answers that were withheld.
    if (approval === undefined) return done
    const request = await stage.asked(approval)
    if (request === undefined) return done
    prompts.push(request)
    const goesOn = people && prompts.length < MOST_PROMPTS && (await stage.approve(request))
    if (!goesOn) return done
  }
}

/** What the gateway said instead of the server, if it did. */
interface Said {
  readonly refusal?: Refusal
  /** The request for approval that the call waits for. */
  readonly approval?: string
}

async function call(client: McpClient, tool: string, args: JsonObject): Promise<Said> {
  try {
    const result = await client.request('tools/call', { name: tool, arguments: args })
    return said(result)
  } catch (error) {
    // An error of the protocol is an answer too; that nobody answered is none.
    if (error instanceof CommandError && error.exit === 'findings')
      return { refusal: { code: 'error', policies: [], reason: error.message } }
    throw error
  }
}

function said({ _meta }: JsonObject): Said {
  const decision = isObject(_meta) ? _meta['dev.bailiwick/decision'] : undefined
  if (!isObject(decision)) return {}
  const { code, policies, reason, violations, approval } = decision
  const refusal = {
    code: String(code),
    policies: Array.isArray(policies) ? policies.map(String) : [],
    reason: String(reason ?? (Array.isArray(violations) ? violations.join('; ') : '')),
  }
  const pending = code === 'approval_pending' && isObject(approval)
  return { refusal, ...(pending ? { approval: String(approval['id']) } : {}) }
}
