import { setImmediate as pause } from 'node:timers/promises'
import type { Finding } from '../../kernel/finding.ts'
import type { DefinitionJudgement, JudgeDefinition, SeenDefinition } from '../../kernel/pins.ts'

/** Milliseconds for one definition, for all of one look, and after which others get a turn. */
const PATIENCE = 5_000
const PATIENCE_ALL = 30_000
const SLICE = 20

/** Findings that are kept of one definition. */
const MAX_FINDINGS = 200

/** A judgement, and whether an analysis made it. */
export interface Judged {
  readonly judgement: DefinitionJudgement
  readonly sound: boolean
}

/**
 * Has definitions judged, each in bounded time. Never rejects: what cannot be judged is for a human to
 * look at.
 */
export async function judgeAll(
  judge: JudgeDefinition,
  server: string,
  seen: readonly SeenDefinition[],
): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  const end = performance.now() + PATIENCE_ALL
  let slice = performance.now() + SLICE
  for (const one of seen) {
    judged.push(await judgeOne(judge, server, one, Math.min(PATIENCE, end - performance.now())))
    if (performance.now() < slice) continue
    await pause()
    slice = performance.now() + SLICE
  }
  return judged
}

async function judgeOne(
  judge: JudgeDefinition,
  server: string,
  seen: SeenDefinition,
  patience: number,
): Promise<Judged> {
  if (patience <= 0) return unsound('definition/not-judged', 'there was no time to judge this')
  try {
    const answer = judge(server, seen)
    const judgement = answer instanceof Promise ? await inTime(answer, patience) : answer
    const findings = judgement.findings.slice(0, MAX_FINDINGS)
    return { judgement: { verdict: judgement.verdict, findings }, sound: true }
  } catch {
    return unsound('definition/not-judged', 'the analysis of this definition failed')
  }
}

async function inTime<T>(promise: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), patience)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What is said of a definition that nobody can compare with what it will be next time. */
export const NO_FORM: Judged = unsound(
  'definition/no-canonical-form',
  'it holds text that is no Unicode, or nests too deep: it cannot be pinned, and is never approved',
)

function unsound(rule: string, why: string): Judged {
  const finding: Finding = {
    ...{ at: '', start: 0, end: 0, via: [], rule, why, shown: '' },
    ...{ severity: 'high', certainty: 'proved', control: 'F1' },
  }
  return { judgement: { findings: [finding], verdict: 'review' }, sound: false }
}
