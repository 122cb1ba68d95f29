import { z } from 'zod'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Caller } from '../caller.ts'
import { found, given, id, moment, operation, text } from '../operation.ts'
import type { Draft, SimulationJob } from './ports.ts'
import { DRAFT_BYTES, drafted, draftOf, showSimulation, simulationView } from './views.ts'

const LAST = 10_000
const MOST = 1_000_000
const one = z.strictObject({ id })
const answer = z.object({ simulation: simulationView })

/** Whoever started it ends it, and whoever changes policies. */
function checkMayEnd({ actor, permissions }: Caller, { by }: SimulationJob): void {
  if (actor.subject !== by && !permissions.has('policies.write'))
    throw new GatewayError('role_insufficient', 'somebody else started this simulation')
}

function probed({ actor }: Caller, { id: job }: SimulationJob, draft: Draft): SecurityEvent {
  const what = 'files' in draft ? { files: draft.files } : { version: draft.version }
  const detail = { simulation: job, draft: sha256(canonicalJson(what)) }
  return { event: 'record.revealed', outcome: 'done', detail, by: actor }
}

/** Recorded calls put to a draft: they take their time, so they are started, asked for, and ended. */
export const SIMULATIONS = [
  operation('policies.simulations', 'GET /policy-simulations', {
    needs: 'look',
    summary: 'List the simulations of this process, newest first',
    input: z.strictObject({}),
    output: z.object({ items: z.array(simulationView.omit({ result: true })) }),
    run: async ({ administration }) => ({
      items: administration.policies.simulations.list().map(showSimulation),
    }),
  }),
  operation('policies.simulate', 'POST /policy-simulations', {
    needs: 'look',
    summary: 'Start to replay recorded calls against a draft',
    bytes: DRAFT_BYTES,
    status: 201,
    input: z.strictObject({
      ...drafted,
      last: z.int().min(1).max(MOST).default(LAST),
      since: moment.optional(),
      before: moment.optional(),
      server: text(64).optional(),
      subject: text(600).optional(),
    }),
    output: answer,
    run: async ({ administration, caller }, { files, version, last, ...query }) => {
      const { simulations } = administration.policies
      const draft = draftOf({ files, version })
      const job = await simulations.start(caller.actor.subject, draft, { last, ...given(query) })
      // What a draft makes of recorded calls tells what they carried: who asked is on record.
      try {
        await administration.records.witness(probed(caller, job, draft))
      } catch (error) {
        simulations.cancel(job.id)
        throw error
      }
      return { simulation: showSimulation(job) }
    },
  }),
  operation('policies.simulation', 'GET /policy-simulations/{id}', {
    needs: 'look',
    summary: 'Show how far a simulation is, and what came out',
    input: one,
    output: answer,
    run: async ({ administration }, { id: wanted }) => ({
      simulation: showSimulation(
        found('simulation', administration.policies.simulations.find(wanted)),
      ),
    }),
  }),
  operation('policies.simulation.cancel', 'DELETE /policy-simulations/{id}', {
    needs: 'look',
    summary: 'End a simulation',
    input: one,
    output: answer,
    run: async ({ administration, caller }, { id: wanted }) => {
      const { simulations } = administration.policies
      checkMayEnd(caller, found('simulation', simulations.find(wanted)))
      simulations.cancel(wanted)
      return { simulation: showSimulation(found('simulation', simulations.find(wanted))) }
    },
  }),
] as const
