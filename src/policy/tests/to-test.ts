import type {
  AccessRequest,
  Action,
  CallApproval,
  Classification,
  Target,
} from '../../kernel/access.ts'
import type { Facts } from '../../kernel/facts.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Marking, ScreenAction } from '../../kernel/screening.ts'
import {
  type Authorization,
  assumedGroups,
  OPERATOR_AUTHORIZATION,
  type Subject,
  type SubjectId,
} from '../../kernel/subject.ts'
import type { Finding } from '../document/findings.ts'
import type { Place } from '../problem.ts'
import type { Definitions, ToolDefinition } from '../schema/definitions.ts'
import { type ContentOfTest, factsOfTest } from './fact-schema.ts'
import { flowOfTest, missingPlace } from './flow-schema.ts'
import type { LiftExpectation } from './lift-expectation.ts'
import type { WrittenTest } from './test-schema.ts'

/** One test, ready but for the facts that analysers read. */
export interface PolicyTest {
  readonly name: string
  readonly place: Place
  readonly request: Omit<AccessRequest, 'facts'>
  /** Undefined: to be read from the arguments. */
  readonly facts: Facts | undefined
  /** What was found in the result; undefined: the test is about the call. */
  readonly result: readonly ContentOfTest[] | undefined
  readonly expect: WrittenTest['expect']
  /** What the test wants of what screens say; a member that is absent, it does not say. */
  readonly screening: Partial<Screening>
  /** Ids of all that decide, sorted; undefined where the test does not say. */
  readonly by: readonly string[] | undefined
  /** What the test wants of who is asked; undefined where it does not say. */
  readonly asks: LiftExpectation | undefined
}

interface Screening {
  readonly content: ScreenAction
  readonly alert: boolean
  readonly stop: boolean
  readonly marking: Marking
}

/** When a call is made that does not say when. */
const TIME = Date.UTC(2026, 0, 1)

/** What a target is that nobody speaks of: what is least likely to be permitted by accident. */
const UNCLASSIFIED: Classification = {
  effects: [],
  reversible: false,
  risk: 'high',
  reads: [],
  trust: 'untrusted',
  source: 'catalog',
  confidence: 'stated',
}
const READS: Classification = { ...UNCLASSIFIED, effects: ['read'], reversible: true, risk: 'low' }

const CLIENT = { name: 'test', version: '' }
/** Policies see of it that it is there. */
const APPROVAL: CallApproval = { id: 'test', kind: 'once', digest: sha256('test'), by: [] }

const KINDS = ['tool', 'resource', 'prompt'] as const
const ACTION_OF: Readonly<Record<Target['kind'], Action>> = {
  tool: 'call',
  resource: 'read',
  prompt: 'get',
}
const KINDS_OF: Readonly<Record<Action, readonly Target['kind'][]>> = {
  call: ['tool'],
  read: ['resource'],
  get: ['prompt'],
  complete: ['prompt', 'resource'],
}

/** A test by itself, or what is wrong with it. */
export function toTest(
  test: WrittenTest,
  place: Place,
  definitions: Definitions | undefined,
): PolicyTest | Finding {
  const aim = aimOf(test)
  if ('path' in aim) return aim
  const { action, kind, server, name } = aim
  const known = definitions?.tools.find((one) => one.server === server && one.name === name)
  if (kind === 'tool' && known === undefined && isListed(server, definitions)) {
    return { path: ['tool'], message: `there is no tool \`${server}:${name}\`` }
  }
  const odd = misfit(test)
  if (odd !== undefined) return odd
  const { client = CLIENT, time = TIME, rate = {}, facts, flow, expect, by, asks, approved } = test
  const { arguments: args = {}, credential } = test
  return {
    name: test.name,
    place,
    request: {
      subject: subjectOf(test),
      authorization: authorizationOf(test),
      client,
      action,
      target: targetOf(test, { kind, server, name }, known),
      arguments: args,
      ...(flow === undefined ? {} : { flow: flowOfTest(flow, args) }),
      ...(credential === undefined ? {} : { credential }),
      rate,
      time: typeof time === 'number' ? time : Date.parse(time),
      ...(approved === true ? { approval: APPROVAL } : {}),
    },
    facts: facts === undefined ? undefined : factsOfTest(facts),
    result: test.result,
    expect,
    screening: screeningOf(test),
    by: by?.toSorted(),
    asks,
  }
}

const VERDICTS: ReadonlySet<string> = new Set(['permit', 'deny', 'ask'])

/** What does not go together in what a test expects. */
function misfit(test: WrittenTest): Finding | undefined {
  return misfitOfExpected(test) ?? misfitOfFlow(test)
}

/** A mistyped place would test nothing. */
function misfitOfFlow({ flow, arguments: args }: WrittenTest): Finding | undefined {
  const nowhere = flow && missingPlace(flow, args)
  if (nowhere === undefined) return undefined
  return { path: ['flow', 'values', nowhere, 'at'], message: 'the arguments hold nothing there' }
}

function misfitOfExpected({ result, expect, content, marking, asks }: WrittenTest) {
  const isVerdict = VERDICTS.has(expect)
  if (isVerdict !== (result === undefined)) {
    const message = isVerdict
      ? 'a result is not decided about: expect what happens to it, such as `redact`'
      : `\`${expect}\` is for a test that states a \`result\``
    return { path: ['expect'], message }
  }
  if (result !== undefined && content !== undefined) {
    return { path: ['content'], message: 'is about arguments: `expect` says it of a result' }
  }
  if (result === undefined && marking !== undefined) {
    return { path: ['marking'], message: 'is for a test that states a `result`' }
  }
  if (asks !== undefined && expect !== 'ask' && expect !== 'withhold') {
    return { path: ['asks'], message: '`asks` needs `expect: ask`' }
  }
  return undefined
}

function screeningOf({ content, alert, stop, marking }: WrittenTest): Partial<Screening> {
  const said = Object.entries({ content, alert, stop, marking })
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}

interface Aim {
  readonly action: Action
  readonly kind: Target['kind']
  readonly server: string
  readonly name: string
}

function aimOf(test: WrittenTest): Aim | Finding {
  const named = KINDS.filter((one) => test[one] !== undefined)
  const [kind] = named
  if (test.server === undefined) return { path: [], message: 'says no `server`' }
  if (kind === undefined || named.length > 1) {
    return { path: [], message: 'needs one of `tool`, `resource` and `prompt`' }
  }
  const action = test.action ?? ACTION_OF[kind]
  if (!KINDS_OF[action].includes(kind)) {
    return { path: ['action'], message: `\`${action}\` is never done to a ${kind}` }
  }
  return { action, kind, server: test.server, name: test[kind] ?? '' }
}

function subjectOf({
  subject = 'user:owner',
  groups,
  actors = [],
  via = 'operator',
}: WrittenTest): Subject {
  const [, kind, id = ''] = /^(user|agent):(.*)$/s.exec(subject) ?? []
  const who = { kind: kind === 'agent' ? 'agent' : 'user', id: id as SubjectId } as const
  return {
    ...who,
    via,
    groups: groups ?? assumedGroups(who),
    actors: actors.map((actor) => actor as SubjectId),
  }
}

function authorizationOf({ authorization = {} }: WrittenTest): Authorization {
  const { trust, ...others } = authorization
  const said = Object.entries({ ...others, clientTrust: trust })
  const stated = said.filter(([, value]) => value !== undefined)
  return { ...OPERATOR_AUTHORIZATION, ...Object.fromEntries(stated) }
}

function isListed(server: string, definitions: Definitions | undefined): boolean {
  return definitions?.tools.some((one) => one.server === server) === true
}

function targetOf(
  test: WrittenTest,
  target: Pick<Target, 'kind' | 'server' | 'name'>,
  known: ToolDefinition | undefined,
): Target {
  const base = target.kind === 'tool' ? (known?.classification ?? UNCLASSIFIED) : READS
  const { effects, reversible, risk, reads, trust, classified: source, confidence } = test
  const stated = { effects, reversible, risk, reads, trust, source, confidence }
  const said = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
  const [, ofServer, ofName] = /^([^:]+):(.+)$/s.exec(test.of ?? '') ?? []
  const of =
    ofServer === undefined || ofName === undefined ? known?.of : { server: ofServer, name: ofName }
  return {
    ...target,
    classification: { ...base, ...said },
    ...(of === undefined ? {} : { of }),
  }
}
