import { z } from 'zod'
import { GatewayError } from '../../kernel/errors.ts'
import { found, operation, pageOf, paging, time, timeOf } from '../operation.ts'
import { pageByNumber } from './page-by-number.ts'
import {
  DRAFT_BYTES,
  files,
  mode,
  number,
  rolloutView,
  showRollout,
  showVersion,
  versionHead,
} from './views.ts'

const putInForce = rolloutView.extend({
  /** Hash of the whole policy set that is in force by it. */
  policies: z.string(),
})
const current = number.describe('The `seq` of the rollout that the caller saw.')

/** Versions of the policies written in the console, and which one is in force. */
export const POLICY_VERSIONS = [
  operation('policies.versions', 'GET /policy-versions', {
    needs: 'look',
    summary: 'List versions, newest first',
    input: z.strictObject(paging),
    output: pageOf(versionHead),
    run: ({ administration }, page) =>
      pageByNumber(page, ({ version }) => version, administration.policies.versions, showVersion),
  }),
  operation('policies.version', 'GET /policy-versions/{version}', {
    needs: 'look',
    summary: 'Show a version with its files',
    input: z.strictObject({
      version: z
        .string()
        .regex(/^\d{1,9}$/, 'a version is a number')
        .transform(Number),
    }),
    output: z.object({ version: versionHead.extend({ files: z.record(z.string(), z.string()) }) }),
    run: async ({ administration }, { version }) => ({
      version: showVersion(found('version', await administration.policies.version(version))),
    }),
  }),
  operation('policies.save', 'POST /policy-versions', {
    needs: 'policies.write',
    summary: 'Keep files as a new version, if they can be loaded; it is not in force by that',
    bytes: DRAFT_BYTES,
    version: 'base',
    status: 201,
    input: z.strictObject({
      files,
      comment: z.string().max(1_000).default(''),
      base: number.describe('The newest version that the caller saw; 0 for none.'),
    }),
    output: z.object({ version: versionHead }),
    run: async ({ administration, caller }, version) => ({
      version: showVersion(await administration.policies.save(caller.actor, version)),
    }),
  }),
  operation('policies.rollouts', 'GET /policy-rollouts', {
    needs: 'look',
    summary: 'List which versions were in force, newest first',
    input: z.strictObject(paging),
    output: pageOf(rolloutView),
    run: ({ administration }, page) =>
      pageByNumber(page, ({ seq }) => seq, administration.policies.history, showRollout),
  }),
  operation('policies.activate', 'POST /policy-rollout', {
    needs: 'policies.write',
    summary: 'Put a version in force, an older one to go back, 0 for none',
    version: 'current',
    input: z.strictObject({ version: number, mode, current }),
    output: z.object({ rollout: putInForce }),
    run: async ({ administration, caller }, { current: seen, ...wanted }) => {
      const { policies, ...rollout } = await administration.policies.activate(
        caller.actor,
        wanted,
        seen,
      )
      return { rollout: { ...showRollout(rollout), policies } }
    },
  }),
  operation('policies.promote', 'POST /policy-rollout/promote', {
    needs: 'policies.write',
    summary: 'Enforce the version that only observes, and say what it would have denied so far',
    version: 'current',
    input: z.strictObject({ current }),
    output: z.object({
      rollout: putInForce,
      observed: z.object({
        since: time,
        calls: z.number(),
        denied: z.number(),
        complete: z.boolean(),
      }),
    }),
    run: async ({ administration: { policies }, caller }, { current: seen }) => {
      const observed = await policies.observed()
      const { version } = policies.inForce().rollout
      if (observed === undefined)
        throw new GatewayError('version_conflict', 'no version only observes now')
      const made = await policies.activate(caller.actor, { version, mode: 'enforce' }, seen)
      const { policies: hash, ...rollout } = made
      return {
        rollout: { ...showRollout(rollout), policies: hash },
        observed: { ...observed, since: timeOf(observed.since) },
      }
    },
  }),
] as const
