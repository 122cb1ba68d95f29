import { randomBytes } from 'node:crypto'
import { createSecretFinder } from '../../analysis/content/secrets/secrets.ts'
import { factsOf, type ServerFacts } from '../../inventory/facts/facts.ts'
import type { FindSecrets } from '../../inventory/facts/find-secrets.ts'
import { type Posture, posture } from '../../inventory/facts/posture/posture.ts'
import { type BlastRadius, blastRadius } from '../../inventory/facts/reach/blast-radius.ts'
import { type Combination, combinationsOf } from '../../inventory/facts/reach/combinations.ts'
import type { ConfigProblem, ConfiguredServer, ReadConfig } from '../../kernel/inventory.ts'

/** How the hosts of a machine stand, and why. Holds no value of a credential. */
export interface MachinePosture {
  readonly posture: Posture
  readonly servers: readonly ServerFacts[]
  readonly radii: readonly BlastRadius[]
  readonly combinations: readonly Combination[]
  readonly problems: readonly ConfigProblem[]
}

/**
 * Works out how hosts stand from their files.
 *
 * @param isOurs whether an entry leads to the gateway.
 */
export function workOut(
  configs: readonly ReadConfig[],
  isOurs: (server: ConfiguredServer) => boolean,
): MachinePosture {
  // Equal values are only told apart within one run: nothing of the key is kept, nor of what it made.
  const options = { findSecrets: secretFinder(), key: randomBytes(32) }
  const servers = configs.flatMap((config) => config.servers.map((one) => factsOf(one, options)))
  const problems = configs.flatMap((config) => config.problems)
  const governed = ({ entry }: ServerFacts): boolean => isOurs(entry)
  // What comes through the gateway is under its policies, and its entry is no server of its own.
  const past = servers.filter((facts) => !governed(facts))
  const combinations = combinationsOf(past.map((facts) => ({ facts })))
  return {
    posture: posture({ servers, combinations, problems, governed }),
    servers,
    radii: servers.map((facts) => blastRadius(facts)),
    combinations,
    problems,
  }
}

function secretFinder(): FindSecrets {
  const finder = createSecretFinder()
  return (text, name) => finder.find(text, name === undefined ? {} : { name })
}
