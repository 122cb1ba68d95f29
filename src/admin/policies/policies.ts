import { z } from 'zod'
import { found, given, id, operation, text, time, timeOf } from '../operation.ts'
import type { AccessScope } from './ports.ts'
import {
  DRAFT_BYTES,
  diffView,
  drafted,
  draftOf,
  findingView,
  maybeDraft,
  policiesView,
  policyView,
  scoped,
  showRollout,
  tableView,
} from './views.ts'

const checkView = z.object({
  loads: z.boolean(),
  hash: z.string().optional(),
  findings: z.array(findingView),
  unlisted: z.array(z.string()),
})

const wordsView = z.object({
  actions: z.array(z.object({ name: z.string(), resources: z.array(z.string()) })),
  servers: z.array(z.string()),
  tools: z.array(z.string()),
  prompts: z.array(z.string()),
  members: z.array(
    z.object({
      path: z.string(),
      type: z.string(),
      required: z.boolean(),
      words: z.array(z.string()).optional(),
    }),
  ),
  guards: z.array(z.string()),
  limits: z.array(z.string()),
  places: z.array(z.string()),
  annotations: z.array(
    z.object({
      name: z.string(),
      on: z.enum(['permit', 'forbid']).optional(),
      with: z.string().optional(),
      needs: z.string(),
    }),
  ),
  groups: z.array(z.string()),
  users: z.array(z.string()),
  agents: z.array(z.string()),
})

const testedView = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      name: z.string(),
      problems: z.array(findingView),
      tests: z.array(
        z.object({
          name: z.string(),
          line: z.number(),
          passed: z.boolean(),
          verdict: z.string(),
          by: z.array(z.string()),
          differences: z.array(z.string()),
        }),
      ),
    }),
  ),
  uncovered: z.array(z.string()),
})

const observedView = z.object({
  since: time,
  calls: z.number(),
  denied: z.number(),
  by: z.array(z.object({ policy: z.string(), calls: z.number() })),
  complete: z.boolean(),
})

/** People whom an editor offers: no more than fit into a list. */
const MOST_NAMES = 200

function scopeOf({ subjects, groups, server }: z.output<z.ZodObject<typeof scoped>>): AccessScope {
  return { subjects, groups, ...given({ server }) }
}

/** What ports give is readonly; what leaves is a copy that the schema makes. */
function copied<T>(value: unknown): T {
  return value as T
}

/** Policies: what is in force, and what a draft would do. */
export const POLICIES = [
  operation('policies.list', 'GET /policies', {
    needs: 'look',
    summary: 'List the policies in force, with guards, limits and what is odd about them',
    input: z.strictObject({}),
    output: policiesView,
    run: async ({ administration }) => {
      const inForce = administration.policies.inForce()
      return copied({ ...inForce, rollout: showRollout(inForce.rollout) })
    },
  }),
  operation('policies.show', 'GET /policies/{id}', {
    needs: 'look',
    summary: 'Show a policy in force',
    input: z.strictObject({ id }),
    output: z.object({ policy: policyView }),
    run: async ({ administration }, { id: wanted }) => {
      const { policies } = administration.policies.inForce()
      const one = policies.find((policy) => policy.id === wanted)
      return copied({ policy: found('policy', one) })
    },
  }),
  operation('policies.completions', 'GET /policy-words', {
    needs: 'look',
    summary: 'List the words that policies can use: names, members of the context, annotations',
    input: z.strictObject({ tool: text(600).optional() }),
    output: wordsView,
    run: async (site, { tool }) => {
      const words = site.administration.policies.words(tool)
      const none = { groups: [], users: [], agents: [] }
      if (!site.caller.permissions.has('identity.read')) return copied({ ...words, ...none })
      const users = (await site.users.list({ limit: MOST_NAMES })).items
      const agents = (await site.agents.list({ limit: MOST_NAMES })).items
      const groups = [...users, ...agents].flatMap((one) => one.groups)
      return copied({
        ...words,
        groups: [...new Set(groups)].toSorted(),
        users: users.map((user) => user.id),
        agents: agents.map((agent) => agent.id),
      })
    },
  }),
  operation('policies.check', 'POST /policy-drafts/check', {
    needs: 'look',
    summary: 'Say what is wrong with a draft, and what is probably not meant; nothing is kept',
    bytes: DRAFT_BYTES,
    input: z.strictObject(drafted),
    output: checkView,
    run: async ({ administration }, draft) =>
      copied(await administration.policies.check(draftOf(draft))),
  }),
  operation('policies.test', 'POST /policy-drafts/test', {
    needs: 'look',
    summary: 'Run the tests of a draft',
    bytes: DRAFT_BYTES,
    input: z.strictObject(drafted),
    output: testedView,
    run: async ({ administration }, draft) =>
      copied(await administration.policies.test(draftOf(draft))),
  }),
  operation('policies.diff', 'POST /policy-drafts/diff', {
    needs: 'look',
    summary: 'Say what a draft changes of what is in force, and for whom',
    bytes: DRAFT_BYTES,
    input: z.strictObject({ ...drafted, ...scoped }),
    output: diffView,
    run: async ({ administration }, { files, version, ...scope }) =>
      copied(await administration.policies.diff(draftOf({ files, version }), scopeOf(scope))),
  }),
  operation('policies.matrix', 'POST /policy-matrix', {
    needs: 'look',
    summary: 'Say who can call what: always, with some arguments, once approved, never',
    bytes: DRAFT_BYTES,
    input: z.strictObject({ ...drafted, ...scoped }),
    output: tableView,
    run: async ({ administration }, { files, version, ...scope }) =>
      copied(await administration.policies.matrix(maybeDraft({ files, version }), scopeOf(scope))),
  }),
  operation('policies.observed', 'GET /policy-rollout/observed', {
    needs: 'look',
    summary: 'Say what the version that only observes would have denied',
    input: z.strictObject({}),
    output: z.object({ observed: observedView.optional() }),
    run: async ({ administration }) => {
      const observed = await administration.policies.observed()
      if (observed === undefined) return {}
      return copied({ observed: { ...observed, since: timeOf(observed.since) } })
    },
  }),
] as const
