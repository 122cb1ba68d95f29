import type { Policies } from '../../../admin/policies/ports.ts'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { sha256 } from '../../../kernel/hash.ts'
import { idOf } from '../../../policy/schema/definitions.ts'
import { policyWords } from '../../../policy/schema/words.ts'
import { MANAGED } from '../../managed-policies.ts'
import { policySources } from '../../policy-files.ts'
import { randomIds } from '../../random-id.ts'
import type { ControlParts } from '../administration.ts'
import { knownOffers } from '../offers.ts'
import { accessPorts } from './access.ts'
import type { DraftThread } from './draft-thread.ts'
import { draftSources, loadDraft, loadSound } from './drafts.ts'
import { showInForce } from './in-force.ts'
import { observedSince } from './observed.ts'
import { openSimulations } from './simulations.ts'

type Parts = Pick<
  ControlParts,
  'config' | 'policies' | 'managed' | 'rollouts' | 'catalog' | 'records' | 'log'
> & { readonly thread: DraftThread }

/** The port of policies, with an end. */
export interface PoliciesControl {
  readonly port: Policies
  close(): Promise<void>
}

/** Fills in the port of policies. */
export function openPoliciesControl(parts: Parts): PoliciesControl {
  const { config, policies, rollouts, managed, records, log, thread } = parts
  const offers = () => knownOffers(config, parts.catalog)
  const drafts = { config, rollouts, thread, offers, inForce: policies.sources }
  const { places, servers } = config
  const simulations = openSimulations({
    ...{ config, rollouts, thread, records, log },
    clock: Date.now,
    randomId: randomIds(),
  })
  const port: Policies = {
    inForce: showInForce({ policies, managed }),
    async check(draft) {
      const found = await draftSources(drafts, draft)
      return thread.ask('check', { places, found, offers: offers() })
    },
    words: (tool) => wordsOf(parts, tool),
    async test(draft) {
      const found = await draftSources(drafts, draft)
      return thread.ask('test', { config: { places, servers }, found })
    },
    ...accessPorts(drafts),
    simulations: simulations.ports,
    versions: rollouts.versions,
    version: rollouts.version,
    history: rollouts.history,
    ...writing(parts),
    observed: together(() => {
      const own = policies.set().policies.filter(({ file }) => file.startsWith(MANAGED))
      return observedSince(records, managed.rollout(), new Set(own.map(({ id }) => id)))
    }),
  }
  return { port, close: simulations.close }
}

/** Makes something once for all who ask while it is made. */
function together<T>(make: () => Promise<T>): () => Promise<T> {
  let making: Promise<T> | undefined
  return () => {
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }
}

/** What changes what is in force. Nothing is kept that could not be put in force. */
function writing({
  config,
  policies,
  rollouts,
  managed,
  thread,
}: Parts): Pick<Policies, 'save' | 'activate'> {
  return {
    async save(by, { files, comment, base }) {
      await loadDraft({ config, rollouts, thread }, { files })
      const hash = sha256(canonicalJson(files))
      return rollouts.save(by, files, { hash, comment, base })
    },
    async activate(by, { version, mode }, seen) {
      const { hash } = await loadDraft({ config, rollouts, thread }, { version }, mode)
      // Files that need what the console says could not be loaded once it is taken back.
      loadSound(config, policySources(config))
      const rollout = await rollouts.activate(by, { version, mode }, seen, hash)
      await managed.refresh()
      return { ...rollout, policies: policies.set().hash }
    },
  }
}

function wordsOf(
  { config, policies, catalog }: Parts,
  tool?: string,
): ReturnType<Policies['words']> {
  const { definitions } = knownOffers(config, catalog)
  const set = policies.set()
  return {
    ...policyWords(definitions, tool),
    servers: definitions.servers,
    tools: definitions.tools.map(idOf),
    prompts: definitions.prompts.map(idOf),
    guards: set.guards.map(({ name }) => name),
    limits: set.limits.map(({ name }) => name),
    places: Object.keys(config.places),
  }
}
